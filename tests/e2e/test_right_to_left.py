"""The extension where lines run from right to left.

pytest tests/e2e/test_right_to_left.py
"""

import json
import shutil
from pathlib import Path

from playwright.sync_api import expect, sync_playwright
from tests.e2e.conftest import Service
from tests.e2e.extension_pages import as_if_allowed, browser_with
from tests.e2e.fake_web import fake_web
from tests.e2e.feed_pages import decided, flags_for, switch_on

FEED = "https://any.example/feed"
PAGE = """<!doctype html><title>Feed</title><body style='margin: 40px'>
<img src="https://cdn.example/1.jpg" width="450" height="300">"""


def test_right_to_left(
    built: Path, service: Service, chromium_path: str, tmp_path: Path, artifacts: Path
) -> None:
    """In Arabic: this Chromium speaks English alone, so the Arabic texts stand in for those."""
    allowed = as_if_allowed(built, tmp_path / "allowed")
    locales = allowed / "_locales"
    shutil.copy(locales / "ar/messages.json", locales / "en/messages.json")
    texts = json.loads((locales / "ar/messages.json").read_text())
    with (
        fake_web(tmp_path) as web,
        sync_playwright() as playwright,
        browser_with(
            allowed, tmp_path / "profile", playwright, chromium_path, flags_for(web)
        ) as extension,
    ):
        web.pages[FEED] = PAGE
        extension.use_service(service.url)
        switch_on(extension, "https://any.example/*")
        page = extension.context.new_page()
        page.goto(FEED)
        [badge] = decided(extension, page, 1)
        assert texts[f"badge_{badge['kind']}_long"]["message"] in badge["label"]
        page.mouse.click(badge["box"]["x"] + 9, badge["box"]["y"] + 9)
        card = extension.card(page)
        assert texts[f"verdict_{card['kind']}"]["message"] in card["text"]
        close = card["buttons"][texts["close"]["message"]]
        assert close["x"] < card["box"]["x"] + 40, "closed from the left, where lines end"
        page.screenshot(path=artifacts / "arabic-card.png")
        popup = extension.popup(page)
        expect(popup.locator("html")).to_have_attribute("dir", "rtl")
        popup.screenshot(path=artifacts / "arabic-popup.png")
        extension.options.reload()
        expect(extension.options.locator("html")).to_have_attribute("dir", "rtl")
        extension.options.screenshot(path=artifacts / "arabic-options.png", full_page=True)
