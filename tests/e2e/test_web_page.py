"""The web page in a real Chromium, against the real service.

    pytest tests/e2e/test_web_page.py

Pictures are drawn here. Screenshots go to the `artifacts` fixture's folder: look at them.
"""

import base64
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from playwright.sync_api import (
    Browser,
    BrowserContext,
    FilePayload,
    FloatRect,
    JSHandle,
    Locator,
    Page,
    Request,
    Route,
    expect,
    sync_playwright,
)
from tests.e2e.conftest import CHROMIUM_FLAGS, Service
from tests.pictures import encode, scene

CHECKS = re.compile(r"/v1/check\b")
VERDICTS = re.compile(
    "^(Made by AI|Edited with AI|Likely made by AI|Likely edited with AI|Likely real"
    "|Unsure: cannot tell)$"
)


# Pictures


def picture(
    seed: int, name: str | None = None, orientation: int = 1, size: tuple[int, int] = (960, 640)
) -> FilePayload:
    exif = Image.Exif()
    exif[0x0112] = orientation
    jpeg = encode(scene(*size, seed), quality=92, exif=exif)
    return file(jpeg, name or f"hills-{seed}.jpg")


def file(content: bytes, name: str) -> FilePayload:
    return {"name": name, "mimeType": "image/jpeg", "buffer": content}


# The browser


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    expect.set_options(timeout=30_000)  # a busy machine takes its time
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def errors() -> list[str]:
    """What the console reported as an error, broken policies included; `visit` wants none."""
    return []


@pytest.fixture
def visit(browser: Browser, service: Service, errors: list[str]) -> Iterator[Callable[..., Page]]:
    """Opens the page in a fresh context; afterwards nothing was complained of, nothing left."""
    contexts: list[BrowserContext] = []
    requests: list[str] = []

    def open_page(
        width: int = 1280, *, phone: bool = False, dark: bool = False, still: bool = False
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 740},
            device_scale_factor=2 if phone else 1,
            has_touch=phone,
            is_mobile=phone,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce" if still else "no-preference",
        )
        contexts.append(context)
        context.on("request", lambda request: requests.append(request.url))
        context.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        page = context.new_page()
        response = page.goto(service.url)
        assert response is not None
        policy = response.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert requests
    own = (f"{service.url}/", "blob:", "data:")
    assert [url for url in requests if not url.startswith(own)] == []
    assert errors == []


@pytest.fixture
def page(visit: Callable[..., Page]) -> Page:
    return visit()


def forgive_refusals(errors: list[str]) -> None:
    """Chromium logs each refused or failed request as an error."""
    assert errors
    errors[:] = [text for text in errors if not text.startswith("Failed to load resource")]


def choose(page: Page, *files: FilePayload) -> Locator:
    """Choose the files and give the card of the first, which is on top."""
    page.get_by_label("Choose pictures").set_input_files(list(files))
    return page.locator(".card").first


def expect_verdict(card: Locator) -> None:
    expect(card).to_have_attribute("data-state", "done")
    expect(card.get_by_role("heading", level=3)).to_have_text(VERDICTS)
    expect(card.locator("data")).to_have_text(re.compile(r"^([<>]?\d\d?)%$"))


def ask_directly(page: Page, service: Service, payload: FilePayload) -> dict[str, Any]:
    """The API's answer, without the web page."""
    answer: dict[str, Any] = page.request.post(
        f"{service.url}/v1/check?explain=1",
        data=payload["buffer"],
        headers={"Content-Type": payload["mimeType"]},
    ).json()
    return answer


def transfer(page: Page, payload: FilePayload) -> JSHandle:
    return page.evaluate_handle(
        """([name, type, base64]) => {
            const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
            const transfer = new DataTransfer();
            transfer.items.add(new File([bytes], name, {type}));
            return transfer;
        }""",
        [payload["name"], payload["mimeType"], base64.b64encode(payload["buffer"]).decode()],
    )


def during_check(page: Page, look: Callable[[], None]) -> None:
    """Look at the page while it waits for an answer."""

    def handle(route: Route) -> None:
        look()
        route.continue_()

    page.route(CHECKS, handle)


def refuse_checks(page: Page, status: int, times: int) -> None:
    problem = {"type": "about:blank", "title": "Busy", "status": status, "detail": "Queue is full."}
    page.route(
        CHECKS,
        lambda route: route.fulfill(
            status=status,
            headers={"Retry-After": "1", "Content-Type": "application/problem+json"},
            body=json.dumps(problem),
        ),
        times=times,
    )


def look(page: Page, path: Path, full_page: bool = True) -> None:
    page.screenshot(path=path, full_page=full_page, animations="disabled")


def expect_no_horizontal_scroll(page: Page) -> None:
    size = page.viewport_size
    assert size is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


# Pictures in, verdicts out


def test_chosen_picture_gets_the_verdict_of_the_api(
    page: Page, service: Service, artifacts: Path
) -> None:
    look(page, artifacts / "page-desktop-start.png")
    payload = picture(1)
    card = choose(page, payload)
    expect_verdict(card)
    look(page, artifacts / "page-desktop.png")

    answer = ask_directly(page, service, payload)
    shown = float(card.locator("data").get_attribute("value") or "nan")
    measured = float(card.get_by_role("meter").get_attribute("aria-valuenow") or "nan")
    assert shown == pytest.approx(answer["probability"], abs=1e-4)
    assert measured == pytest.approx(answer["probability"], abs=1e-4)
    whole = min(99, max(1, int(answer["probability"] * 100 + 1e-9)))
    expect(card.locator("data")).to_contain_text(f"{whole}%")
    assert card.get_attribute("data-verdict") == answer["verdict"]
    expect(page.locator("#live")).to_contain_text("hills-1.jpg: ")

    thresholds = page.request.get(f"{service.url}/v1/model").json()["thresholds"]
    style = page.evaluate("document.documentElement.getAttribute('style')")
    assert style == f"--real-ends: {thresholds['real']}; --ai-starts: {thresholds['ai']};"

    card.get_by_text("Details", exact=True).click()
    expect(card.locator("details")).to_contain_text(answer["image"]["sha256"][:12])
    expect(card.locator("details")).to_contain_text("960 × 640, JPEG")


@pytest.mark.parametrize("orientation", [1, 6], ids=["upright", "turned by EXIF"])
def test_heat_map_lies_on_the_picture(page: Page, orientation: int) -> None:
    card = choose(page, picture(2, orientation=orientation))
    expect_verdict(card)
    shown, heat = card.locator(".picture"), card.locator(".heat")
    page.wait_for_function("image => image.complete", arg=heat.element_handle())
    width, height = heat.evaluate("image => [image.naturalWidth, image.naturalHeight]")
    assert width > 0
    assert width / height == pytest.approx(3 / 2 if orientation == 1 else 2 / 3, rel=0.02)
    box = shown.bounding_box()
    assert box is not None
    assert box == heat.bounding_box()
    assert box["width"] / box["height"] == pytest.approx(width / height, rel=0.02)

    card.get_by_role("slider", name="Strength of the heat map").fill("40")
    expect(heat).to_have_css("opacity", "0.4")
    card.get_by_role("switch", name="Heat map").uncheck()
    expect(heat).to_have_css("opacity", "0")


def test_dropped_picture(page: Page) -> None:
    dropped = {"dataTransfer": transfer(page, picture(3))}
    page.dispatch_event("footer", "dragover", dropped)
    expect(page.get_by_text("Drop to check")).to_be_visible()
    page.dispatch_event("footer", "drop", dropped)
    expect(page.get_by_text("Drop to check")).to_be_hidden()
    expect_verdict(page.locator(".card"))


def test_pasted_picture(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("navigator.clipboard.writeText('only text')")
    page.keyboard.press("Control+V")
    expect(page.get_by_text("There is no picture in the clipboard.")).to_be_visible()

    png = io.BytesIO()
    scene(seed=4).save(png, "PNG")
    page.evaluate(
        """(base64) => {
            const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
            const blob = new Blob([bytes], {type: "image/png"});
            return navigator.clipboard.write([new ClipboardItem({"image/png": blob})]);
        }""",
        base64.b64encode(png.getvalue()).decode(),
    )
    page.keyboard.press("Control+V")
    expect_verdict(page.locator(".card"))
    expect(page.get_by_text("There is no picture in the clipboard.")).to_be_hidden()
    page.get_by_role("button", name="Paste").click()
    expect(page.locator(".card")).to_have_count(2)
    expect_verdict(page.locator(".card").first)


def test_several_pictures_are_checked_one_at_a_time(page: Page, artifacts: Path) -> None:
    open_checks: set[Request] = set()
    most: list[int] = []

    def started(request: Request) -> None:
        if CHECKS.search(request.url):
            open_checks.add(request)
            most.append(len(open_checks))

    page.on("request", started)
    page.on("requestfinished", lambda request: open_checks.discard(request))
    choose(page, picture(5), picture(6, size=(640, 900)), picture(7))
    for card in page.locator(".card").all():
        expect_verdict(card)
    choose(page, picture(8))
    expect_verdict(page.locator(".card").first)
    assert most == [1, 1, 1, 1]
    expect(page.locator(".file")).to_have_text(
        ["hills-8.jpg", "hills-5.jpg", "hills-6.jpg", "hills-7.jpg"]
    )
    look(page, artifacts / "page-desktop-several.png")


def test_claims_are_the_reason(page: Page) -> None:
    """The service's answer, altered to hold what pictures drawn here cannot."""
    summary = "Signed by <b>Editor</b>: a part was generated."
    altered = {
        "verdict": "ai_edited",
        "basis": "signed_provenance",
        "claims": [
            {
                "kind": "c2pa",
                "certainty": "signed",
                "says": "ai_edited",
                "summary": summary,
                "signer": "<b>Editor</b> Ltd",
                "generator": "Filler 3",
                "time": "2025-11-23T19:45:14Z",
            }
        ],
        "heatmap": None,
    }

    def alter(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, json=response.json() | altered)

    page.route(CHECKS, alter)
    card = choose(page, picture(22))
    expect_verdict(card)
    expect(card.get_by_role("heading", name="Edited with AI", exact=True)).to_be_visible()
    expect(card.get_by_text("chance that AI changed it, by its pixels alone")).to_be_visible()
    expect(card.get_by_text("the signature holds")).to_be_visible()
    claim = card.locator(".claims > li")
    expect(claim).to_contain_text(f"{summary}signed by a known signer · November 23, 2025")
    claim.get_by_text("More").click()
    expect(claim.locator("dd")).to_have_text(["<b>Editor</b> Ltd", "Filler 3"])
    expect(card.get_by_text("Heat map", exact=True)).to_be_hidden()


def test_what_the_file_declares_is_told(page: Page, artifacts: Path) -> None:
    note = PngInfo()
    note.add_text("parameters", "a fox\nSteps: 9, Sampler: Euler, CFG scale: 7, Seed: 3")
    card = choose(page, file(encode(scene(seed=23), "PNG", pnginfo=note), "fox.png"))
    expect_verdict(card)
    expect(card.get_by_role("heading", name="Likely made by AI")).to_be_visible()
    claim = card.locator(".claims > li")
    expect(claim).to_contain_text("Stable Diffusion WebUI")
    expect(claim).to_contain_text("declared by the file")
    claim.get_by_text("More").click()
    expect(claim.locator("dd")).to_have_text(["Stable Diffusion WebUI", "a fox"])
    look(page, artifacts / "page-claims.png")


def test_what_silence_means_is_said(page: Page) -> None:
    card = choose(page, picture(24))
    expect_verdict(card)
    expect(card.locator(".claims")).to_contain_text("The file says nothing of its origin.")


# What goes wrong


def test_broken_file_is_explained_and_the_next_one_works(
    page: Page, service: Service, errors: list[str]
) -> None:
    broken = file(picture(9)["buffer"][:20_000], "broken.jpg")
    card = choose(page, broken)
    expect(card.get_by_role("heading", name="Not checked")).to_be_visible()
    problem = ask_directly(page, service, broken)
    assert problem["status"] == 422
    expect(card.get_by_text(problem["detail"])).to_be_visible()
    expect(card.get_by_role("button", name="Try again")).to_be_hidden()
    expect(page.locator("#live")).to_contain_text("broken.jpg: not checked")
    forgive_refusals(errors)
    expect_verdict(choose(page, picture(9)))


def test_file_that_is_no_picture(page: Page, errors: list[str], artifacts: Path) -> None:
    card = choose(page, file(b"Words, and no picture. " * 40, "words.heic"))
    expect(card.get_by_text("Save it as JPEG, PNG or WebP")).to_be_visible()
    expect(card.get_by_text("This browser cannot show the file")).to_be_visible()
    look(page, artifacts / "page-error.png")
    forgive_refusals(errors)


def test_service_that_does_not_answer(page: Page, errors: list[str]) -> None:
    page.context.set_offline(True)
    card = choose(page, picture(10))
    expect(card.get_by_text("The service does not answer.")).to_be_visible()
    expect(card.get_by_text("make run")).to_be_visible()
    forgive_refusals(errors)
    page.context.set_offline(False)
    card.get_by_role("button", name="Try again").click()
    expect_verdict(card)


def test_file_that_is_too_large(page: Page, errors: list[str]) -> None:
    card = choose(page, file(picture(11)["buffer"].ljust(30_000_000, b"0"), "large.jpg"))
    # Whether the refusal arrives before the connection closes is up to the network.
    too_large = re.compile("smaller version|may be too large")
    expect(card.locator(".failure")).to_have_text(too_large)
    forgive_refusals(errors)


def test_connection_that_breaks(page: Page, errors: list[str]) -> None:
    page.route(CHECKS, lambda route: route.abort("connectionreset"))
    card = choose(page, picture(12))
    expect(card.get_by_text("could not be sent")).to_be_visible()
    forgive_refusals(errors)


@pytest.mark.parametrize("status", [429, 503])
def test_busy_service_is_asked_once_more(page: Page, errors: list[str], status: int) -> None:
    refuse_checks(page, status, times=1)
    card = choose(page, picture(12))
    expect(card.get_by_role("heading", name="Busy, next try in 1 s")).to_be_visible()
    expect_verdict(card)

    page.unroute(CHECKS)
    refuse_checks(page, status, times=2)
    card = choose(page, picture(13))
    expect(card.get_by_text("Queue is full.")).to_be_visible()
    forgive_refusals(errors)
    card.get_by_role("button", name="Try again").click()
    expect_verdict(card)


def test_works_without_the_model_call(page: Page, errors: list[str]) -> None:
    page.route("**/v1/model", lambda route: route.abort())
    page.reload()
    expect_verdict(choose(page, picture(14)))
    assert page.locator("html.has-bands").count() == 0
    forgive_refusals(errors)


def test_names_are_text_and_scripts_are_refused(page: Page, errors: list[str]) -> None:
    name = "<img src=x onerror=alert(1)>.jpg"
    card = choose(page, picture(15, name))
    expect_verdict(card)
    expect(card.locator(".file")).to_have_text(name)
    page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.ran = true";
            document.body.append(script);
        }"""
    )
    assert page.evaluate("window.ran") is None
    assert ["Content Security Policy" in text for text in errors] == [True]
    errors.clear()


# For everybody


def test_phone(visit: Callable[..., Page], artifacts: Path) -> None:
    page = visit(360, phone=True)
    expect(page.get_by_text("Take or choose a picture")).to_be_visible()
    expect_no_horizontal_scroll(page)
    # A full-page screenshot would end the touch emulation.
    look(page, artifacts / "page-phone-start.png", full_page=False)

    card = choose(page, picture(16, f"{'a-very-long-name-' * 12}.jpg", size=(600, 900)))
    expect_verdict(card)
    card.get_by_text("Details", exact=True).tap()
    expect_no_horizontal_scroll(page)
    look(page, artifacts / "page-phone.png")
    for control in page.locator(".button:visible, summary, .switch, .opacity").all():
        assert control.evaluate("element => element.offsetHeight") >= 44


def test_keyboard_only(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    def tab_to(target: Locator) -> None:
        for _ in range(12):
            page.keyboard.press("Tab")
            if target.evaluate("element => element === document.activeElement"):
                return
        raise AssertionError(f"{target} cannot be reached with the Tab key")

    with page.expect_file_chooser() as chooser:
        tab_to(page.get_by_label("Choose pictures"))
        page.keyboard.press("Enter")
    chooser.value.set_files([picture(17)])
    card = page.locator(".card")
    expect_verdict(card)

    tab_to(card.get_by_role("switch", name="Heat map"))
    page.keyboard.press("Space")
    expect(card.locator(".heat")).to_have_css("opacity", "0")
    page.keyboard.press("Space")
    tab_to(card.get_by_role("slider", name="Strength of the heat map"))
    page.keyboard.press("Home")
    expect(card.locator(".heat")).to_have_css("opacity", "0.1")
    tab_to(card.locator("summary"))
    page.keyboard.press("Enter")
    expect(card.locator("details dl")).to_be_visible()
    tab_to(card.get_by_role("button", name="Copy result"))
    page.keyboard.press("Enter")
    expect(card.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("hills-17.jpg: ")
    assert "chance that AI" in copied


@pytest.mark.parametrize("width", [360, 1280])
def test_an_answer_moves_nothing(visit: Callable[..., Page], width: int) -> None:
    page = visit(width)
    expect_verdict(choose(page, picture(18)))
    busy, finished = page.locator(".card").nth(0), page.locator(".card").nth(1)
    before: list[FloatRect | None] = []

    def look() -> None:
        expect(busy.get_by_role("heading", name="Checking…")).to_be_visible()
        expect(busy).to_have_attribute("aria-busy", "true")
        expect(busy.locator(".picture")).to_have_js_property("complete", True)
        before.append(finished.bounding_box())

    during_check(page, look)
    expect_verdict(choose(page, picture(19)))
    assert before == [finished.bounding_box()]


@pytest.mark.parametrize("still", [False, True])
def test_motion_is_reduced_on_request(visit: Callable[..., Page], still: bool) -> None:
    page = visit(still=still)
    moving: list[int] = []
    during_check(page, lambda: moving.append(page.evaluate("document.getAnimations().length")))
    expect_verdict(choose(page, picture(20)))
    assert [count > 0 for count in moving] == [not still]


def test_dark(visit: Callable[..., Page], artifacts: Path) -> None:
    page = visit(dark=True)
    look(page, artifacts / "page-dark-start.png")
    expect_verdict(choose(page, picture(21)))
    look(page, artifacts / "page-dark.png")
    expect(page.locator("html")).to_have_css("color", "rgb(238, 237, 234)")
    expect(page.locator("html")).to_have_css("background-color", "rgb(18, 19, 22)")
