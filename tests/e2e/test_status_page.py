"""The status page in a real Chromium, after real checks. Screenshots go to `artifacts`."""

import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright
from tests.e2e.conftest import CHROMIUM_FLAGS
from tests.pictures import encode, scene
from tests.serving import serving


def test_people_see_the_last_hour(chromium_path: str, artifacts: Path, tmp_path: Path) -> None:
    with serving(tmp_path) as service, sync_playwright() as playwright:
        for seed in range(12):
            priority = "feed" if seed % 3 else "interactive"
            ask = urllib.request.Request(
                f"{service.url}/v1/check?priority={priority}",
                data=encode(scene(seed=seed)),
                headers={"Content-Type": "image/jpeg"},
            )
            urllib.request.urlopen(ask, timeout=60).close()
        browser = playwright.chromium.launch(executable_path=chromium_path, args=CHROMIUM_FLAGS)
        page = browser.new_page(viewport={"width": 1100, "height": 1200})
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.goto(f"{service.url}/status")
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            page.screenshot(path=artifacts / f"status-{theme}.png", full_page=True)
        answered = page.locator("dl div", has_text="answered").first.locator("dd")
        assert answered.inner_text() == "12"
        charts = page.get_by_role("img", name="last hour")
        assert charts.count() == 2
        colours = page.locator("rect.feed, rect.interactive").evaluate_all(
            "bars => bars.map(bar => getComputedStyle(bar).fill)"
        )
        assert len(set(colours)) == 2
        assert "rgb(0, 0, 0)" not in colours
        page.set_viewport_size({"width": 360, "height": 800})
        page.get_by_text("Minute by minute").click()
        assert page.get_by_role("rowheader").first.is_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        page.screenshot(path=artifacts / "status-phone.png", full_page=True)
        browser.close()
        assert said == []  # no policy was broken
