"""The real context menu, by real keys, in a Chromium with a window; needs Xvfb and xdotool.

pytest tests/e2e/test_context_menu.py
"""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from tests.e2e.conftest import Service, needs
from tests.e2e.extension_pages import as_if_allowed, browser_with
from tests.e2e.fake_web import fake_web
from tests.e2e.feed_pages import flags_for, switch_on

HOME = "https://any.example/"
COVERED = """<!doctype html><title>Hills</title><body style="margin: 40px">
<a href="/away" style="position: relative; display: block; width: 480px; height: 320px">
  <img src="https://cdn.example/hills.jpg" width="480" height="320">
  <span style="position: absolute; inset: 0"></span>
</a>"""
BACKGROUND = """<!doctype html><title>Hills</title><body style="margin: 40px">
<div style="width: 480px; height: 320px;
  background: url('https://cdn.example/hills.jpg') center / cover"></div>"""

RESPONSIVE = """<!doctype html><title>Hills</title><body style="margin: 40px">
<picture><source type="image/jpeg" srcset="https://cdn.example/hills.jpg">
  <img src="https://cdn.example/small.jpg" width="480" height="320"></picture>"""
SVG = """<!doctype html><title>Hills</title><body style="margin: 40px">
<svg width="480" height="320">
  <image href="https://cdn.example/hills.jpg" width="480" height="320"/></svg>"""
CASES = {"covered": COVERED, "background": BACKGROUND, "picture": RESPONSIVE, "svg": SVG}


@pytest.fixture
def display() -> Iterator[str]:
    needs("Xvfb and xdotool", shutil.which("Xvfb") and shutil.which("xdotool"))
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x900x24"]
    with subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL) as server:
        os.close(write)
        with os.fdopen(read) as ready:
            yield f":{ready.readline().strip()}"
        server.terminate()


@pytest.mark.parametrize("html", CASES.values(), ids=CASES.keys())
def test_check_this_image(
    html: str,
    display: str,
    built: Path,
    chromium_path: str,
    service: Service,
    tmp_path: Path,
) -> None:
    """A picture under a link's overlay; and a background, which the browser does not name.

    The page's own script saw the click on the background: the site is switched on.
    """
    allowed = as_if_allowed(built, tmp_path / "allowed")
    with (
        fake_web(tmp_path) as web,
        sync_playwright() as playwright,
        browser_with(
            allowed,
            tmp_path / "profile",
            playwright,
            chromium_path,
            flags_for(web),
            display=display,
        ) as extension,
    ):
        extension.use_service(service.url)
        if html == BACKGROUND:
            switch_on(extension, f"{HOME}*")
        web.pages[HOME] = html
        page = extension.context.new_page()
        page.goto(HOME)
        page.bring_to_front()
        page.mouse.click(280, 200, button="right")
        time.sleep(2)
        # Below ours is "Inspect"; of a page, "View page source" too, and ours is a submenu.
        keys = "Up Up Up Right Return" if html == BACKGROUND else "Up Up Return"
        for key in keys.split():
            subprocess.run(["xdotool", "key", key], env={"DISPLAY": display}, check=True)
            time.sleep(0.5)
        extension.card(page)
        assert set(web.fetched()) == {"https://cdn.example/hills.jpg"}
