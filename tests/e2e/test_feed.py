"""Badges in feeds, in a real Chromium against the real service.

    pytest tests/e2e/test_feed.py

Each site is its own page (extension/tests/sites) under its own host name, with drawn pictures. As
in test_extension.py, the copy of the extension behaves as if the person had allowed every site.
"""

import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from tests.e2e.conftest import Service
from tests.e2e.extension_pages import LIMIT_MS, Extension, as_if_allowed, browser_with, press
from tests.e2e.fake_web import FakeWeb, fake_web
from tests.e2e.feed_pages import DECIDED, STATES, badges, decided, flags_for, switch_on, wait_for

SITES = Path(__file__).parents[2] / "extension/tests/sites"
HOME = {
    "x": "https://x.com/home",
    "instagram": "https://www.instagram.com/",
    "facebook": "https://www.facebook.com/",
    "threads": "https://www.threads.com/",
    "reddit": "https://www.reddit.com/r/hills/",
    "linkedin": "https://www.linkedin.com/feed/",
    "bluesky": "https://bsky.app/",
    "mastodon": "https://social.example/home",
    "pinterest": "https://www.pinterest.com/ideas/",
    "tumblr": "https://www.tumblr.com/dashboard",
    "generic": "https://any.example/",
}
PAGES = [re.sub(r"^(https://[^/]+/).*", r"\1*", home) for home in HOME.values()]


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeWeb]:
    with fake_web(tmp_path_factory.mktemp("web")) as web:
        yield web


@pytest.fixture(scope="module")
def browser(
    built: Path, web: FakeWeb, chromium_path: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Extension]:
    folder = tmp_path_factory.mktemp("feed")
    allowed = as_if_allowed(built, folder / "allowed")
    with (
        sync_playwright() as playwright,
        browser_with(
            allowed, folder / "profile", playwright, chromium_path, flags_for(web)
        ) as extension,
    ):
        switch_on(extension, *PAGES)
        yield extension


@pytest.fixture
def extension(browser: Extension, web: FakeWeb, service: Service) -> Extension:
    browser.use_service(service.url)
    web.requests.clear()
    return browser


@pytest.fixture
def page(browser: Extension) -> Iterator[Page]:
    page = browser.context.new_page()
    yield page
    page.close()


@pytest.mark.parametrize("name", HOME)
def test_site(extension: Extension, page: Page, web: FakeWeb, artifacts: Path, name: str) -> None:
    """Each picture of a post has its verdict, from its best address; no other address is read."""
    html = (SITES / f"{name}.html").read_text()
    expected = json.loads(re.findall(r'id="expected">(.*?)</script>', html, re.DOTALL)[0])
    web.pages[HOME[name]] = html
    page.goto(HOME[name])
    for badge in decided(extension, page, len(expected)):
        assert badge["box"]["width"] >= 24, "a badge that nobody sees"
    page.screenshot(path=artifacts / f"feed-{name}.png")
    assert sorted(web.fetched()) == sorted(expected)


FEED = "https://any.example/feed"


def feed_of(web: FakeWeb, count: int, more: str = "") -> None:
    """A page of so many pictures, each of its own."""
    pictures = "".join(
        f'<p style="position: relative; margin: 0 0 40px; min-height: 300px">'
        f'<img src="https://cdn.example/{number}.jpg" width="450" height="300" loading="lazy"></p>'
        for number in range(count)
    )
    web.pages[FEED] = (
        f"<!doctype html><title>Feed</title><body style='margin: 0 60px'>{pictures}{more}"
    )


def reset(extension: Extension) -> None:
    """Forget every verdict, the worker too."""
    extension.options.evaluate("() => chrome.storage.session.clear()")
    extension.stop_worker()


def test_badge_opens_the_card(
    extension: Extension, page: Page, web: FakeWeb, artifacts: Path
) -> None:
    """By mouse and by keyboard; the link under it is not followed."""
    feed_of(web, 1)
    web.pages[FEED] = web.pages[FEED].replace("<img", '<a href="/away"><img')
    page.goto(FEED)
    [badge] = decided(extension, page, 1)
    page.mouse.click(badge["box"]["x"] + 9, badge["box"]["y"] + 9)
    card = extension.card(page)
    assert card["kind"] == badge["kind"]
    page.screenshot(path=artifacts / "feed-card.png")
    page.keyboard.press("Escape")
    page.mouse.click(5, 5)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert extension.card(page)["kind"] == badge["kind"]
    assert page.url == FEED


def test_service_down_then_up(
    extension: Extension, page: Page, web: FakeWeb, service: Service, artifacts: Path
) -> None:
    """Meanwhile the badges wait and no picture is read; then all get their verdict."""
    reset(extension)
    extension.use_service("http://127.0.0.1:9")
    feed_of(web, 2)
    page.goto(FEED)
    wait_for(
        lambda: [it["kind"] for it in badges(extension, page)] == ["waiting"] * 2,
        "waiting badges",
        lambda: badges(extension, page),
    )
    page.screenshot(path=artifacts / "feed-waiting.png")
    popup = extension.popup(page)
    resting = re.compile(r"No answer from http://127.0.0.1:9. Trying again in \d+ s.")
    expect(popup.locator("#service")).to_have_text(resting, timeout=LIMIT_MS)
    popup.screenshot(path=artifacts / "popup-waiting.png")
    popup.close()
    assert web.fetched() == []
    extension.use_service(service.url)
    decided(extension, page, 2)


def test_worker_killed_in_the_middle(extension: Extension, page: Page, web: FakeWeb) -> None:
    """The picture that it was reading is read by the next worker."""
    reset(extension)
    feed_of(web, 1)
    page.goto(FEED)
    decided(extension, page, 1)
    web.requests.clear()
    web.hold.clear()
    try:
        page.evaluate("document.images[0].src = 'https://cdn.example/new.jpg?hold'")
        wait_for(lambda: len(web.fetched()) == 1, "request of the extension")
        extension.stop_worker()
    finally:
        web.hold.set()
    wait_for(lambda: len(web.fetched()) == 2, "second request")
    decided(extension, page, 1)


def test_swapped_and_removed_pictures(extension: Extension, page: Page, web: FakeWeb) -> None:
    feed_of(web, 3)
    page.goto(FEED)
    decided(extension, page, 3)
    web.requests.clear()
    page.evaluate("document.images[0].src = 'https://cdn.example/swapped.jpg'")
    wait_for(lambda: "https://cdn.example/swapped.jpg" in web.fetched(), "the swapped picture")
    page.evaluate("document.images[2].remove()")
    decided(extension, page, 2)


def test_swapped_background(extension: Extension, page: Page, web: FakeWeb) -> None:
    web.pages[FEED] = (
        "<!doctype html><title>Feed</title><div style='width: 450px; height: 300px; "
        'background-image: url("https://cdn.example/before.jpg")\'></div>'
    )
    page.goto(FEED)
    decided(extension, page, 1)
    swap = 'document.querySelector("div").style.backgroundImage'
    page.evaluate(f"{swap} = 'url(https://cdn.example/after.jpg)'")
    wait_for(lambda: "https://cdn.example/after.jpg" in web.fetched(), "the swapped picture")
    decided(extension, page, 1)


def test_list_that_takes_its_rows_back(extension: Extension, page: Page, web: FakeWeb) -> None:
    """As virtualised lists do: a row leaves, shows another picture elsewhere, and comes back."""
    feed_of(web, 2)
    page.goto(FEED)
    decided(extension, page, 2)
    page.evaluate("window.row = document.querySelector('p'); window.row.remove()")
    decided(extension, page, 1)
    page.evaluate(
        """() => {
            row.querySelector("img").src = "https://cdn.example/reused.jpg";
            document.body.append(row);
        }"""
    )
    wait_for(lambda: "https://cdn.example/reused.jpg" in web.fetched(), "the row's new picture")
    first, second = decided(extension, page, 2)
    assert first["box"]["y"] < second["box"]["y"]


def test_page_that_changes_without_loading(extension: Extension, page: Page, web: FakeWeb) -> None:
    """One address follows another in the same document; the badges of the old one are gone."""
    feed_of(web, 2)
    page.goto(FEED)
    decided(extension, page, 2)
    page.evaluate(
        """() => {
            history.pushState({}, "", "/next");
            document.body.innerHTML = "<main><p><img src='https://cdn.example/next.jpg'" +
                " width='450' height='300'></p></main>";
        }"""
    )
    wait_for(lambda: "https://cdn.example/next.jpg" in web.fetched(), "the next page's picture")
    [badge] = decided(extension, page, 1)
    assert badge["box"]["width"] >= 24


def test_check_all_images_here(extension: Extension, page: Page, web: FakeWeb) -> None:
    """On a page that is not switched on, this once."""
    web.pages["https://other.example/"] = (
        "<!doctype html><title>Other</title>"
        "<img src='https://cdn.example/other.jpg' width='450' height='300'>"
    )
    page.goto("https://other.example/")
    extension.check_all(page)
    decided(extension, page, 1)
    page.reload()
    page.wait_for_load_state()
    assert badges(extension, page) == []


def test_every_state(extension: Extension, page: Page, web: FakeWeb, artifacts: Path) -> None:
    """Side by side: words, shapes and reasons."""
    web.pages["https://any.example/states"] = STATES
    web.refuse = frozenset({"https://cdn.example/closed.jpg"})
    web.hold.clear()
    try:
        page.goto("https://any.example/states")

        def kinds() -> list[str]:
            return [it["kind"] for it in badges(extension, page)]

        expected = ["ai", "ai_edited", "checking", "error"]
        wait_for(
            lambda: kinds()[:4] == expected and set(kinds()[4:]) <= DECIDED, "all states", kinds
        )
        page.screenshot(path=artifacts / "feed-states.png")
        for badge in badges(extension, page):
            assert badge["label"].startswith("RealEyez: ")
            assert badge["title"]
    finally:
        web.hold.set()
        web.refuse = frozenset()
    wait_for(lambda: set(kinds()) <= {*DECIDED, "error"}, "verdict of the slow one", kinds)


def test_picture_that_its_host_refuses(extension: Extension, page: Page, web: FakeWeb) -> None:
    """Refused to strangers, shown to the page: the badge says why."""
    feed_of(web, 1, '<img src="https://cdn.example/closed.jpg" width="300" height="300">')
    web.refuse = frozenset({"https://cdn.example/closed.jpg"})
    page.goto(FEED)
    wait_for(
        lambda: {it["kind"] for it in badges(extension, page)} > {"error"},
        "an error",
        lambda: badges(extension, page),
    )
    [error] = [it for it in badges(extension, page) if it["kind"] == "error"]
    assert "cdn.example answered with status 403" in error["title"]
    web.refuse = frozenset()


def test_long_feed(extension: Extension, page: Page, web: FakeWeb, artifacts: Path) -> None:
    """Scrolled to its end: few badges at a time, nothing read twice, nothing moved."""
    reset(extension)
    feed_of(web, 500)
    page.goto(FEED, wait_until="domcontentloaded")
    page.evaluate(
        "new PerformanceObserver((list) => { for (const entry of list.getEntries())"
        " window.shift = (window.shift ?? 0) + entry.value })"
        ".observe({ type: 'layout-shift', buffered: true })"
    )
    height = page.evaluate("document.body.scrollHeight")
    most = 0
    for top in range(0, height, 4000):
        page.evaluate("(top) => scrollTo(0, top)", top)
        page.wait_for_timeout(60)
        most = max(most, len(badges(extension, page)))
    page.evaluate("scrollTo(0, document.body.scrollHeight)")

    def last() -> bool:
        seen = badges(extension, page)
        return bool(seen) and all(it["kind"] not in ("checking", "waiting") for it in seen)

    wait_for(last, "verdicts at the end", lambda: badges(extension, page))
    assert most <= 20
    assert len(set(web.fetched())) == len(web.fetched())
    assert page.evaluate("window.shift ?? 0") == 0
    assert "https://cdn.example/499.jpg" in web.fetched()


def test_picture_of_ai(extension: Extension, page: Page, web: FakeWeb, artifacts: Path) -> None:
    """Told to screen readers, counted in the toolbar, and blurred if the person wants it."""
    reset(extension)
    feed_of(web, 1, '<img src="https://cdn.example/ai/1.png" width="450" height="300">')
    page.goto(FEED)
    kinds = [it["kind"] for it in decided(extension, page, 2)]
    assert kinds.count("ai") == 1
    [badge] = [it for it in badges(extension, page) if it["kind"] == "ai"]
    assert (badge["text"], badge["live"]) == ("AI", "polite")
    count = "(tabId) => chrome.action.getBadgeText({ tabId })"
    tab = extension.tab_id(page)
    wait_for(lambda: extension.options.evaluate(count, tab) == "1", "count in the toolbar")

    extension.options.evaluate("() => chrome.storage.local.set({ blur: true })")
    wait_for(lambda: sum(it["veiled"] for it in badges(extension, page)) == 1, "veil")
    page.screenshot(path=artifacts / "feed-ai-blurred.png")
    page.mouse.click(badge["box"]["x"] + 200, badge["box"]["y"] + 150)
    wait_for(lambda: not any(it["veiled"] for it in badges(extension, page)), "clear picture")
    page.screenshot(path=artifacts / "feed-ai.png")
    extension.options.evaluate("() => chrome.storage.local.set({ blur: false })")


def test_feedback_reaches_the_database(
    extension: Extension, page: Page, web: FakeWeb, service: Service
) -> None:
    """This is wrong → it is AI: the next look at the database has it."""
    feed_of(web, 1)
    page.goto(FEED)
    [badge] = decided(extension, page, 1)
    page.mouse.click(badge["box"]["x"] + 9, badge["box"]["y"] + 9)
    press(page, extension.card(page), "This is wrong")
    press(page, extension.card(page), "It is AI")
    wait_for(lambda: "Thank you" in extension.card(page)["text"], "thanks")
    database = sqlite3.connect(service.log.parent / "realeyez.db")
    assert database.execute("select label from feedback").fetchall() == [("ai",)]


def test_options_and_popup(
    extension: Extension, page: Page, web: FakeWeb, service: Service, artifacts: Path
) -> None:
    """The popup counts what the page shows; the options' live test speaks with the service."""
    feed_of(web, 2)
    page.goto(FEED)
    shown = decided(extension, page, 2)
    popup = extension.popup(page)
    kind = shown[0]["kind"]
    expect(popup.locator(f'dd[data-kind="{kind}"]')).to_have_text(
        str(sum(it["kind"] == kind for it in shown))
    )
    expect(popup.locator("#service")).to_contain_text("realeyez-b0")
    expect(popup.locator("#on")).to_be_checked()
    popup.screenshot(path=artifacts / "popup.png")
    popup.locator("#on").uncheck()
    wait_for(lambda: badges(extension, page) == [], "empty page")
    popup.locator("#on").check()
    decided(extension, page, 2)
    popup.close()

    options = extension.options
    options.reload()
    options.locator("#service").fill(service.url)
    options.locator("#access button").click()
    expect(options.locator("#outcome")).to_contain_text("The service answers: realeyez-b0")
    options.screenshot(path=artifacts / "options.png", full_page=True)
    options.locator("#confidence").check()
    wait_for(lambda: all("%" in it["label"] for it in badges(extension, page)), "numbers on badges")
    options.locator("#confidence").uncheck()
    for kind in {it["kind"] for it in shown}:
        options.locator(f"#show-{kind}").uncheck()
    wait_for(lambda: badges(extension, page) == [], "hidden badges")
    for kind in {it["kind"] for it in shown}:
        options.locator(f"#show-{kind}").check()


def test_settings_go_out_and_in(extension: Extension, tmp_path: Path) -> None:
    """To a file, without the key, and back from it."""
    options = extension.options
    options.evaluate("() => chrome.storage.local.set({ key: 'secret', confidence: true })")
    options.reload()
    with options.expect_download() as download:
        options.locator("#export").click()
    file = tmp_path / "settings.json"
    download.value.save_as(file)
    assert json.loads(file.read_text())["confidence"] is True
    assert "secret" not in file.read_text()
    options.locator("#confidence").uncheck()
    options.locator("#file").set_input_files(file)
    expect(options.locator("#imported")).to_contain_text("Imported")
    expect(options.locator("#confidence")).to_be_checked()
    file.write_text("{}")
    options.locator("#file").set_input_files(file)
    expect(options.locator("#imported")).to_contain_text("Not imported")
    options.evaluate("() => chrome.storage.local.set({ key: '', confidence: false })")
    options.reload()


def test_first_run_page(extension: Extension, artifacts: Path) -> None:
    page = extension.context.new_page()
    page.goto(extension.options.url.replace("options/options.html", "welcome/welcome.html"))
    page.locator("#check").click()
    expect(page.locator(".answer")).to_have_attribute(
        "data-kind", re.compile("ai|real|unsure"), timeout=20_000
    )
    page.screenshot(path=artifacts / "welcome.png", full_page=True)
    page.close()
