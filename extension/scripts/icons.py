"""Draw the icon of the service's web page at the sizes browsers ask for.

Run it after changing that icon, with the project's Python environment:

    python extension/scripts/icons.py "$(which chromium)"
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

EXTENSION = Path(__file__).parents[1]
SOURCE = EXTENSION.parent / "backend/realeyez/api/web/icon.svg"
ICONS = EXTENSION / "src/icons"
SIZES = (16, 32, 48, 128)


def main(chromium: str) -> None:
    svg = SOURCE.read_text()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        page = browser.new_page()
        for size in SIZES:
            page.set_content(f"<style>svg {{ display: block; width: {size}px }}</style>{svg}")
            page.locator("svg").screenshot(path=ICONS / f"icon-{size}.png", omit_background=True)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
