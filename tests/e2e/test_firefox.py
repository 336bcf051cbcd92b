"""The extension in a real Firefox against the real service: installed, badge, menu, card.

pytest tests/e2e/test_firefox.py
"""

import shutil
from pathlib import Path

import pytest
from tests.e2e.conftest import Service, needs
from tests.e2e.fake_web import fake_web
from tests.e2e.feed_pages import DECIDED, wait_for
from tests.e2e.marionette import Firefox, firefox, firefox_path

HOME = "https://any.example/"
HTML = """<!doctype html><title>Hills</title><body style="margin: 40px">
<p style="position: relative"><img src="https://cdn.example/hills.jpg" width="480" height="320">"""

ALLOW = """const {{ ExtensionPermissions }} = ChromeUtils.importESModule(
  "resource://gre/modules/ExtensionPermissions.sys.mjs");
const {{ extension }} = WebExtensionPolicy.getByID("{addon}");
await ExtensionPermissions.add(
  "{addon}", {{ permissions: [], origins: ["http://*/*", "https://*/*"] }}, extension);"""
SET = "await window.wrappedJSObject.browser.storage.local.set(Cu.cloneInto(args[0], window))"
BADGES = """return [...document.querySelectorAll("realeyez-badge")].map((badge) =>
  badge.openOrClosedShadowRoot.querySelector("button").dataset.kind)"""
CLICK = """document.querySelector("realeyez-badge").openOrClosedShadowRoot
  .querySelector("button").click()"""
CARD = """return document.querySelector("realeyez-card")?.openOrClosedShadowRoot
  .querySelector(".body")?.dataset.kind"""

ROOT = 'document.querySelector("realeyez-card").openOrClosedShadowRoot'
STILL = f"return {ROOT}.getAnimations().every((it) => it.playState === 'finished')"
PLACE = f"""const {{ left, width }} = {ROOT}.querySelector(".card").getBoundingClientRect();
return [left, width]"""


@pytest.fixture(scope="module")
def built_for_firefox(built: Path) -> Path:
    return built.parent / "firefox"


def test_badge_menu_and_card(
    built_for_firefox: Path, service: Service, tmp_path: Path, artifacts: Path
) -> None:
    """Installed as it is; leave for all sites given as its settings page gives it."""
    needs("Firefox", firefox_path())
    copy = shutil.copytree(built_for_firefox, tmp_path / "extension")
    with (
        fake_web(tmp_path) as web,
        firefox(
            tmp_path / "profile",
            network__dns__localDomains="any.example,cdn.example",
            network__socket__forcePort=f"443={web.port}",
            network__stricttransportsecurity__preloadlist=False,
        ) as browser,
    ):
        web.pages[HOME] = HTML
        origin = browser.install(copy)
        browser.run(ALLOW.format(addon="extension@realeyez.example"), chrome=True)
        browser.open(f"{origin}/options/options.html")
        settings = {"service": service.url, "pages": ["https://any.example/*"]}
        browser.run(SET, settings)
        _open_until_badges(browser)
        wait_for(lambda: set(browser.run(BADGES)) <= DECIDED, "verdict")
        browser.screenshot(artifacts / "firefox-badge.png")
        browser.run(CLICK)
        wait_for(lambda: browser.run(CARD) in DECIDED, "card", lambda: browser.run(CARD))
        wait_for(lambda: browser.run(STILL), "card that stands still")
        browser.screenshot(artifacts / "firefox-card.png")
        left, width = browser.run(PLACE)
        assert (left, width) == (40 + 480 + 12, 340)  # beside the picture

        _open_until_badges(browser)
        assert browser.run(CARD) is None
        browser.choose_in_menu(200, 250, "Check this image")
        wait_for(lambda: browser.run(CARD) in DECIDED, "card of the menu")
        assert set(web.fetched()) == {"https://cdn.example/hills.jpg"}


def _open_until_badges(browser: Firefox) -> None:
    """The background registers the page's script in its own time."""

    def shown() -> bool:
        browser.open(HOME)
        try:
            wait_for(lambda: browser.run(BADGES), "badges", limit_s=5)
        except AssertionError:
            return False
        return True

    wait_for(shown, "badges")
