"""The reference page at /docs in a real Chromium. Screenshots go to `artifacts`: look at them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from tests.e2e.conftest import CHROMIUM_FLAGS, Service

from realeyez.api.openapi import description


@pytest.fixture(params=[390, 1280])
def page(request: pytest.FixtureRequest, chromium_path: str, service: Service) -> Iterator[Page]:
    """The page, which must have complained of nothing at the end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=CHROMIUM_FLAGS)
        page = browser.new_page(viewport={"width": request.param, "height": 900})
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{service.url}/docs#type-Verdict")
        yield page
        browser.close()
    assert not complaints


def test_every_call_and_type_is_there(page: Page, artifacts: Path) -> None:
    api = description()
    expect(page.locator(".call h2 .path")).to_have_text(list(api["paths"]))
    expect(page.locator(".schema h3")).to_have_text(list(api["components"]["schemas"]))
    expect(page.locator("#type-Verdict")).to_be_in_viewport()
    for target in page.locator("main a[href^='#']").evaluate_all("all => all.map(a => a.hash)"):
        expect(page.locator(target)).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=artifacts / f"docs-{page.evaluate('innerWidth')}.png")
