"""The browser extension in a real Chromium, against the real service.

    pytest tests/e2e/test_extension.py

The extension under test is the built one with a single change: its manifest names every site among
the permissions given at install. A headless browser cannot show its permission question, so the
copy behaves as if the person had said yes to it. The menu item is chosen by raising its event, and
all that follows is as in use. Screenshots go to the `artifacts` fixture's folder: look at them.
"""

import base64
import json
import socket
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest
from playwright.sync_api import FloatRect, Page, expect, sync_playwright
from tests.e2e.conftest import Service
from tests.e2e.extension_pages import (
    CARD,
    CardView,
    Extension,
    Reply,
    Site,
    as_if_allowed,
    browser_with,
    picture,
    press,
    serve,
)
from tests.e2e.feed_pages import wait_for

SENTENCES = {
    "ai": "Likely made by AI",
    "ai_edited": "Likely edited with AI",
    "real": "Likely real",
    "unsure": "Unsure: cannot tell",
}


@pytest.fixture(scope="module")
def browser(
    built: Path, chromium_path: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Extension]:
    folder = tmp_path_factory.mktemp("extension")
    allowed = as_if_allowed(built, folder / "allowed")
    with (
        sync_playwright() as playwright,
        browser_with(allowed, folder / "profile", playwright, chromium_path) as extension,
    ):
        yield extension


@pytest.fixture
def extension(browser: Extension, service: Service) -> Extension:
    browser.use_service(service.url)
    return browser


@pytest.fixture
def page(browser: Extension) -> Iterator[Page]:
    page = browser.context.new_page()
    yield page
    page.close()


@pytest.fixture
def site() -> Iterator[Site]:
    with serve(Site("page.test")) as site:
        yield site


@pytest.fixture
def dead_service() -> Iterator[str]:
    """An address where nothing answers: its port is taken, but nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture
def cdn() -> Iterator[Site]:
    """Another site, whose pictures no page but its own may read: it sends no CORS headers."""
    with serve(Site("cdn.test")) as cdn:
        cdn.replies["/hills.jpg"] = jpeg(picture())
        yield cdn


def jpeg(content: bytes) -> Reply:
    return Reply(content, "image/jpeg")


ARTICLE = """<style>
  :root {{ color-scheme: light dark; background: light-dark(#faf8f4, #101114) }}
  body {{ margin: 56px 96px; font: 18px/1.6 Georgia, serif }}
</style>
<h1>Hills</h1>
<p>Seen from the pass.</p>
<img src="{src}" width="560" alt="Hills">"""


OWN_AND_DATA = "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'"

BLOB = """<script>
fetch("/hills.jpg").then((response) => response.blob()).then((blob) => {
  const image = new Image(480);
  image.src = URL.createObjectURL(blob);
  document.body.append(image);
});
</script>"""


def show(page: Page, site: Site, src: str, html: str = "", **headers: str) -> str:
    """Open a page of `site` with one picture in it, and give the picture's address as seen."""
    body = html or ARTICLE.format(src=src)
    reply = Reply(f"<!doctype html><title>Hills</title>{body}".encode())
    reply.headers = {name.replace("_", "-"): value for name, value in headers.items()}
    site.replies["/"] = reply
    page.goto(site.url("/"))
    image = page.locator("img").first
    expect(image).to_have_js_property("complete", True)
    assert image.evaluate("image => image.naturalWidth") > 0
    return str(image.evaluate("image => image.currentSrc"))


def answer_of_api(service: Service, content: bytes) -> dict[str, Any]:
    request = urllib.request.Request(f"{service.url}/v1/check", content)
    with urllib.request.urlopen(request, timeout=30) as response:
        return dict(json.load(response))


def expect_verdict(view: CardView, service: Service, content: bytes) -> None:
    """The card says what the service says of these very bytes."""
    answer = answer_of_api(service, content)
    assert view["kind"] == answer["verdict"]
    assert SENTENCES[answer["verdict"]] in view["text"]
    assert view["meter"].strip("<>%").isdigit()
    assert abs(int(view["meter"].strip("<>%")) - answer["probability"] * 100) <= 1
    size = "{width} × {height} {format}".format(**answer["image"])
    assert size in view["text"]
    assert answer["model"]["version"] in view["text"]


def expect_drawn(view: CardView, ratio: float) -> None:
    """The picture and its heat map are really there, whatever the page's policies."""
    assert view["thumbnail"]["width"] / view["thumbnail"]["height"] == pytest.approx(
        ratio, rel=0.02
    )
    assert view["thumbnail"]["opaque"] == 1
    assert view["thumbnail"]["colours"] > 500


def overlap(a: FloatRect, b: FloatRect) -> bool:
    return (
        a["x"] < b["x"] + b["width"]
        and b["x"] < a["x"] + a["width"]
        and a["y"] < b["y"] + b["height"]
        and b["y"] < a["y"] + a["height"]
    )


# Pictures of every origin


def test_picture_of_the_page(
    extension: Extension, page: Page, site: Site, service: Service, artifacts: Path
) -> None:
    site.replies["/hills.jpg"] = jpeg(picture())
    src = show(page, site, "/hills.jpg")
    before = page.locator("img").bounding_box()
    extension.check(page, src)
    view = extension.card(page)

    expect_verdict(view, service, picture())
    expect_drawn(view, 3 / 2)
    assert before is not None
    assert page.locator("img").bounding_box() == before
    assert not overlap(view["box"], before)
    assert view["box"]["y"] + view["box"]["height"] <= 800
    assert view["focus"] == "dialog"
    page.screenshot(path=artifacts / "extension-card.png")
    page.emulate_media(color_scheme="dark")
    page.screenshot(path=artifacts / "extension-card-dark.png")


def test_picture_of_another_site_without_cors(
    extension: Extension, page: Page, site: Site, cdn: Site, service: Service
) -> None:
    src = show(page, site, cdn.url("/hills.jpg"))
    cdn.requests.clear()
    extension.check(page, src)
    expect_verdict(extension.card(page), service, picture())
    [(method, headers)] = cdn.requests_for("/hills.jpg")
    assert (method, headers["Accept"]) == ("GET", "image/*")
    assert not {"Cookie", "Origin", "Authorization"} & headers.keys()


def test_page_with_a_strict_policy(
    extension: Extension, page: Page, site: Site, service: Service
) -> None:
    site.replies["/hills.jpg"] = jpeg(picture())
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    policy = "default-src 'none'; img-src 'self'; require-trusted-types-for 'script'"
    src = show(page, site, "/hills.jpg", Content_Security_Policy=policy)
    complaints.clear()  # the browser's own search for a favicon
    extension.check(page, src)
    view = extension.card(page)
    expect_verdict(view, service, picture())
    expect_drawn(view, 3 / 2)
    assert view["box"]["width"] == 340  # so its style sheet counts
    assert complaints == []


@pytest.mark.parametrize("size", [320, 2600])
def test_data_address(
    extension: Extension, page: Page, site: Site, service: Service, size: int
) -> None:
    """Chromium does not tell a data: address of more than 2 MiB: the page itself must find it."""
    content = picture(1, size, size)
    address = "data:image/jpeg;base64," + base64.b64encode(content).decode()
    src = show(page, site, address, Content_Security_Policy=OWN_AND_DATA)
    assert src == address
    extension.check(page, "" if len(address) > 2**21 else address)
    expect_verdict(extension.card(page), service, content)
    assert (len(address) > 2**21) == (size == 2600)


def test_blob_address(extension: Extension, page: Page, site: Site, service: Service) -> None:
    site.replies["/hills.jpg"] = jpeg(picture(2))
    src = show(page, site, "", BLOB)
    assert src.startswith("blob:")
    extension.check(page, src)
    expect_verdict(extension.card(page), service, picture(2))


def test_blob_that_the_page_has_released(extension: Extension, page: Page, site: Site) -> None:
    site.replies["/hills.jpg"] = jpeg(picture(2))
    src = show(page, site, "", BLOB)
    page.evaluate("src => URL.revokeObjectURL(src)", src)
    extension.check(page, src)
    assert "does not give this picture away" in extension.card(page, "error")["text"]


def test_picture_turned_by_exif(
    extension: Extension, page: Page, site: Site, service: Service
) -> None:
    content = picture(3, orientation=6)
    site.replies["/hills.jpg"] = jpeg(content)
    extension.check(page, show(page, site, "/hills.jpg"))
    view = extension.card(page)
    expect_verdict(view, service, content)
    expect_drawn(view, 2 / 3)


def test_picture_in_a_frame(extension: Extension, page: Page, site: Site, service: Service) -> None:
    """The card is in the frame with its picture; it goes when another picture is checked."""
    site.replies["/hills.jpg"], site.replies["/other.jpg"] = jpeg(picture()), jpeg(picture(1))
    site.replies["/inner"] = Reply(b'<img src="/hills.jpg" width="240">')
    frame = '<iframe src="/inner" width="700" height="700"></iframe>'
    show(page, site, "", f'<img src="/other.jpg" width="240">{frame}')
    extension.check(page, site.url("/hills.jpg"), frame_url=site.url("/inner"))
    expect_verdict(extension.card(page, frame_url=site.url("/inner")), service, picture())

    extension.check(page, site.url("/other.jpg"))
    expect_verdict(extension.card(page), service, picture(1))
    expect(page.frame_locator("iframe").locator(CARD)).to_have_count(0)


def test_frame_too_small_for_a_card(
    extension: Extension, page: Page, site: Site, service: Service
) -> None:
    site.replies["/hills.jpg"] = jpeg(picture())
    site.replies["/inner"] = Reply(b'<img src="/hills.jpg" width="240">')
    site.replies["/"] = Reply(b'<iframe src="/inner" width="300" height="200"></iframe>')
    page.goto(site.url("/"))
    extension.check(page, site.url("/hills.jpg"), frame_url=site.url("/inner"))
    expect_verdict(extension.card(page), service, picture())


# The card


@pytest.mark.parametrize("over", ["dialog", "cover"])
def test_card_lies_over_everything(extension: Extension, page: Page, site: Site, over: str) -> None:
    """The page hides every element of its kind, and has a modal dialog or covers all of itself."""
    site.replies["/hills.jpg"] = jpeg(picture())
    image = '<img src="/hills.jpg" width="300">'
    html = f"""<style>
      html > *, dialog > *, {CARD} {{ position: absolute !important; color: red }}
      {CARD}, [popover] {{ display: none !important; opacity: 0 !important }}
      .cover {{ position: fixed; inset: 0; z-index: {2**31 - 1}; background: #fffa }}
    </style>"""
    if over == "dialog":
        html += (
            f"<dialog>{image}</dialog><script>document.querySelector('dialog').showModal()</script>"
        )
    else:
        html += f'{image}<div class="cover"></div>'
    extension.check(page, show(page, site, "", html))
    view = extension.card(page)
    assert view["box"]["width"] == 340
    press(page, view, "Close")
    expect(page.locator(CARD)).to_have_count(0)


def test_escape_closes_the_card_and_nothing_else(
    extension: Extension, page: Page, site: Site
) -> None:
    site.replies["/hills.jpg"] = jpeg(picture())
    src = show(page, site, "/hills.jpg")
    page.evaluate("document.addEventListener('keydown', (event) => { window.heard = event.key })")
    page.evaluate("document.body.append(document.createElement('input'))")
    page.locator("input").focus()
    extension.check(page, src)
    assert extension.card(page)["focus"] == "dialog"
    page.keyboard.press("Escape")
    expect(page.locator(CARD)).to_have_count(0)
    expect(page.locator("input")).to_be_focused()
    assert page.evaluate("window.heard") is None
    page.keyboard.press("Escape")
    assert page.evaluate("window.heard") == "Escape"


def test_heat_map_over_the_picture(
    extension: Extension, page: Page, site: Site, artifacts: Path
) -> None:
    site.replies["/hills.jpg"] = jpeg(picture())
    tall = (
        '<body style="height: 3000px"><img src="/hills.jpg" style="border: 6px solid" width="480">'
    )
    extension.check(page, show(page, site, "", tall))
    press(page, extension.card(page), "Show on the page")
    view = extension.card(page)
    page.screenshot(path=artifacts / "extension-overlay.png")
    inner = {"x": 14.0, "y": 14.0, "width": 480.0, "height": 320.0}
    assert view["overlay"] == inner

    page.evaluate("scrollTo(0, 100)")
    page.evaluate("new Promise(requestAnimationFrame)")
    scrolled = extension.card(page)
    assert scrolled["overlay"] == inner | {"y": -86.0}
    press(page, scrolled, "Show on the page")
    assert "overlay" not in extension.card(page)


def test_result_is_copied(extension: Extension, page: Page, site: Site, service: Service) -> None:
    """A page without https: has no clipboard object; and none of it reaches the page."""
    content = picture()
    site.replies["/hills.jpg"] = jpeg(content)
    src = show(page, site, "/hills.jpg")
    page.evaluate("addEventListener('copy', () => { window.heard = true })")
    extension.check(page, src)
    press(page, extension.card(page), "Copy result")
    wait_for(lambda: "Copied" in extension.card(page)["buttons"], "word of success")
    answer = answer_of_api(service, content)
    page.evaluate("document.body.append(document.createElement('textarea'))")
    page.locator("textarea").focus()
    page.keyboard.press("Control+V")
    pasted = page.locator("textarea").input_value()
    assert pasted.startswith(SENTENCES[answer["verdict"]])
    assert f"SHA-256 {answer['image']['sha256']}" in pasted
    assert page.evaluate("window.heard") is None


@pytest.mark.parametrize("change", ["image.remove()", "image.src = '/other.jpg'"])
def test_card_goes_with_its_picture(
    extension: Extension, page: Page, site: Site, change: str
) -> None:
    site.replies["/hills.jpg"], site.replies["/other.jpg"] = jpeg(picture()), jpeg(picture(1))
    extension.check(page, show(page, site, "/hills.jpg"))
    extension.card(page)
    page.locator("img").evaluate(f"image => {{ {change} }}")
    expect(page.locator(CARD)).to_have_count(0)


def test_two_checks_never_mix(
    extension: Extension, page: Page, site: Site, service: Service
) -> None:
    """The first picture is held back until the second has its verdict; then nothing changes."""
    first, second = picture(4), picture(5, 600, 600)
    site.replies["/first.jpg"], site.replies["/second.jpg"] = jpeg(first), jpeg(second)
    show(page, site, "", '<img src="/first.jpg" width="200"><img src="/second.jpg" width="200">')
    gate = site.replies["/first.jpg"].gate = threading.Event()
    extension.check(page, site.url("/first.jpg"))
    extension.card(page, "checking")
    extension.check(page, site.url("/second.jpg"))
    expect_verdict(extension.card(page), service, second)

    with page.context.expect_event("requestfinished", lambda request: "/v1/check" in request.url):
        gate.set()
    view = extension.card(page)
    assert view["cards"] == 1
    expect_verdict(view, service, second)


# What goes wrong


def test_service_that_is_not_running(
    extension: Extension,
    page: Page,
    site: Site,
    service: Service,
    dead_service: str,
    artifacts: Path,
) -> None:
    site.replies["/hills.jpg"] = jpeg(picture())
    extension.use_service(dead_service)
    extension.check(page, show(page, site, "/hills.jpg"))
    view = extension.card(page, "error")
    for text in ("The service is not running", dead_service, "make run"):
        assert text in view["text"]
    page.screenshot(path=artifacts / "extension-error.png")

    extension.use_service(service.url)
    press(page, view, "Try again")
    view = extension.card(page)
    expect_verdict(view, service, picture())
    assert view["focus"] == "dialog"


def test_another_program_at_the_address(extension: Extension, page: Page, site: Site) -> None:
    site.replies["/hills.jpg"] = jpeg(picture())
    extension.use_service(site.url())
    extension.check(page, show(page, site, "/hills.jpg"))
    view = extension.card(page, "error")
    assert "RealEyez does not answer there" in view["text"]
    assert "Try again" not in view["buttons"]


def test_picture_that_is_gone(extension: Extension, page: Page, site: Site) -> None:
    site.replies["/hills.jpg"] = jpeg(picture())
    src = show(page, site, "/hills.jpg")
    del site.replies["/hills.jpg"]
    extension.check(page, src)
    assert (
        f"{site.host}:{site.port} answered with status 404" in extension.card(page, "error")["text"]
    )


def test_not_a_picture(extension: Extension, page: Page, site: Site, service: Service) -> None:
    site.replies["/hills.jpg"] = jpeg(picture())
    src = show(page, site, "/hills.jpg")
    site.replies["/hills.jpg"] = Reply(b"<!doctype html><p>Please log in.</p>")
    extension.check(page, src)
    view = extension.card(page, "error")
    with pytest.raises(HTTPError) as refused:
        answer_of_api(service, b"<!doctype html><p>Please log in.</p>")
    assert json.load(refused.value)["detail"] in view["text"]


def test_person_who_says_no(extension: Extension, page: Page, site: Site) -> None:
    site.replies["/hills.jpg"] = jpeg(picture())
    src = show(page, site, "/hills.jpg")
    site.requests.clear()
    extension.worker.evaluate(
        """() => {
            self.request = chrome.permissions.request;
            chrome.permissions.request = ({ origins }) => {
                self.asked = origins;
                return Promise.resolve(false);
            };
        }"""
    )
    try:
        extension.check(page, src)
        view = extension.card(page, "error")
        assert extension.worker.evaluate("self.asked") == ["http://page.test/*"]
    finally:
        extension.worker.evaluate("() => { chrome.permissions.request = self.request }")
    assert "Not allowed to read this picture" in view["text"]
    assert site.requests == []


def test_page_cannot_choose_what_is_fetched(
    extension: Extension, page: Page, site: Site, cdn: Site
) -> None:
    """Were a page's process taken over, it could run only the checks a person asked for."""
    site.replies["/hills.jpg"] = jpeg(picture())
    show(page, site, "/hills.jpg")
    reply = extension.worker.evaluate(
        """async ([url, srcUrl]) => {
            const tab = (await chrome.tabs.query({})).find((tab) => tab.url === url);
            const [{ result }] = await chrome.scripting.executeScript({
                target: { tabId: tab.id },
                args: [srcUrl],
                func: (srcUrl) =>
                    chrome.runtime.sendMessage({ type: "run-check", id: "x", srcUrl }),
            });
            return result;
        }""",
        [page.url, cdn.url("/hills.jpg")],
    )
    assert reply["error"]["code"] == "interrupted"
    assert cdn.requests == []


def test_worker_that_the_browser_stops(
    extension: Extension, page: Page, site: Site, service: Service
) -> None:
    gate = threading.Event()
    site.replies["/hills.jpg"] = jpeg(picture())
    src = show(page, site, "/hills.jpg")
    site.replies["/v1/check"] = Reply(b"", gate=gate)
    extension.use_service(site.url())
    site.asked.clear()
    extension.check(page, src)
    extension.card(page, "checking")
    assert site.asked.wait(10)

    extension.stop_worker()
    gate.set()
    view = extension.card(page, "error")
    assert "interrupted" in view["text"]
    extension.use_service(service.url)
    press(page, view, "Try again")
    expect_verdict(extension.card(page), service, picture())


# The options


def test_options(extension: Extension, page: Page, service: Service, artifacts: Path) -> None:
    page.goto(extension.options.url)
    address = page.get_by_label("Address of the service")
    expect(address).to_have_value(service.url)
    outcome = page.locator("#outcome")
    address.fill("localhost:8000")
    save = page.get_by_role("button", name="Save")
    save.click()
    expect(outcome).to_contain_text("http://localhost:8000")
    address.fill("http://127.0.0.1:9/")  # where nothing listens
    save.click()
    expect(outcome).to_contain_text("Saved. The service is not running.")
    expect(outcome).to_contain_text("make run")
    address.fill(f"{service.url}/")
    save.click()
    expect(outcome).to_contain_text("realeyez-b0")
    page.screenshot(path=artifacts / "extension-options.png")
    page.reload()
    expect(address).to_have_value(service.url)
