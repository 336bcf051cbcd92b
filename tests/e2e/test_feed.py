"""Badges in feeds, in a real Chromium against the real service.

    pytest tests/e2e/test_feed.py

Each site is its own page (extension/tests/sites) under its own host name, with drawn pictures. As in
test_extension.py, the copy of the extension behaves as if the person had allowed every site.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright
from tests.e2e.conftest import Service
from tests.e2e.extension_pages import Extension, as_if_allowed, browser_with
from tests.e2e.fake_web import FakeWeb, fake_web
from tests.e2e.feed_pages import badges, decided, flags_for, switch_on, wait_for

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
def test_site(
    extension: Extension, page: Page, web: FakeWeb, artifacts: Path, name: str
) -> None:
    """Every picture of a post has its verdict from its best address, read once; no other is read."""
    html = (SITES / f"{name}.html").read_text()
    expected = json.loads(re.findall(r'id="expected">(.*?)</script>', html, re.DOTALL)[0])
    web.pages[HOME[name]] = html
    page.goto(HOME[name])
    decided(extension, page, len(expected))
    page.screenshot(path=artifacts / f"feed-{name}.png")
    assert sorted(web.fetched()) == sorted(expected)
