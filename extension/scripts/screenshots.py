"""Take the stores' screenshots, 1280 × 800, into extension/store/; and the README's of all states.

    make extension
    PYTHONPATH=. .venv/bin/python extension/scripts/screenshots.py

From the folder above. The service is real, and so is every verdict; the pictures are drawn.
"""

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import FloatRect, Page, sync_playwright
from tests.e2e.extension_pages import Extension, as_if_allowed, browser_with
from tests.e2e.fake_web import FakeWeb, fake_web
from tests.e2e.feed_pages import STATES, badges, decided, flags_for, switch_on, wait_for
from tests.serving import serving

ROOT = Path(__file__).parents[2]
OUT = ROOT / "extension/store"
FEED = "https://pictures.example/"
COUNT = 6
KINDS = ["ai", "drawn", "drawn"]


def feed() -> str:
    posts = "".join(
        f'<figure><img src="https://pictures.example/{KINDS[number % 3]}/{number}"></figure>'
        for number in range(COUNT)
    )
    return f"""<!doctype html><title>Pictures</title><style>
      :root {{ color-scheme: light dark; background: light-dark(#f4f2ee, #101114) }}
      body {{ margin: 40px 60px; display: grid; grid-template-columns: 1fr 1fr 1fr; gap: 24px }}
      figure {{ position: relative; margin: 0 }}
      img {{ display: block; width: 100%; border-radius: 14px }}
    </style>{posts}"""


def shoot(extension: Extension, page: Page) -> None:
    page.goto(FEED)
    shown = decided(extension, page, COUNT)
    page.screenshot(quality=85, path=OUT / "1-feed.jpg")
    box = shown[0]["box"]
    page.mouse.click(box["x"] + 9, box["y"] + 9)
    extension.card(page)
    page.screenshot(quality=85, path=OUT / "2-card.jpg")
    page.emulate_media(color_scheme="dark")
    page.screenshot(quality=85, path=OUT / "3-dark.jpg")
    for number, name in [(4, "options"), (5, "welcome")]:
        page.emulate_media(color_scheme="light")
        page.goto(extension.options.url.replace("options/options", f"{name}/{name}"))
        page.screenshot(quality=85, path=OUT / f"{number}-{name}.jpg")


def shoot_states(extension: Extension, page: Page, web: FakeWeb) -> None:
    web.size = (480, 320)
    web.pages[f"{FEED}states"] = STATES
    web.refuse = frozenset({"https://cdn.example/closed.jpg"})
    page.goto(f"{FEED}states")
    wait_for(
        lambda: [it["kind"] for it in badges(extension, page)].count("checking") == 1,
        "all states",
    )
    clip: FloatRect = {"x": 0, "y": 0, "width": 1248, "height": 584}
    page.screenshot(quality=85, path=OUT / "states.jpg", clip=clip)
    web.hold.set()


def main() -> None:
    OUT.mkdir(exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        raise SystemExit("no Chromium: `make browser` installs one")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        allowed = as_if_allowed(ROOT / "extension/dist/chrome", folder / "allowed")
        with (
            fake_web(folder) as web,
            serving(folder) as service,
            sync_playwright() as playwright,
            browser_with(
                allowed, folder / "profile", playwright, chromium, flags_for(web)
            ) as extension,
        ):
            web.pages[FEED] = feed()
            extension.use_service(service.url)
            switch_on(extension, "https://pictures.example/*")
            page = extension.context.new_page()
            shoot(extension, page)
            shoot_states(extension, page, web)


if __name__ == "__main__":
    main()
