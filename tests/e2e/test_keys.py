"""The web page of a service that requires keys."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright
from tests.e2e.conftest import CHROMIUM_FLAGS
from tests.pictures import encode, scene


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    database = f"sqlite:///{tmp_path}/realeyez.db"
    return {**os.environ, "REALEYEZ_DATABASE": database, "REALEYEZ_KEYS": "required"}


@pytest.fixture
def key(environment: dict[str, str]) -> str:
    command = [sys.executable, "-m", "realeyez", "keys", "create", "the tests"]
    return subprocess.check_output(command, env=environment, text=True).strip()


@pytest.fixture
def url(environment: dict[str, str], key: str) -> Iterator[str]:
    command = [sys.executable, "-m", "realeyez", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout
        yield process.stdout.readline().decode().split()[2].rstrip(";")
        process.terminate()


def test_the_page_asks_for_a_key_and_goes_on_with_it(
    url: str, key: str, chromium_path: str, artifacts: Path
) -> None:
    expect.set_options(timeout=30_000)  # a busy machine takes its time
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=CHROMIUM_FLAGS)
        page = browser.new_page()
        page.goto(url)
        field = page.get_by_label("This service asks for a key")
        expect(field).to_be_visible()
        page.screenshot(path=artifacts / "page-key.png")
        picture = {"name": "hills.jpg", "mimeType": "image/jpeg", "buffer": encode(scene())}
        page.locator("#files").set_input_files(picture)
        card = page.locator(".card")
        expect(card).to_have_attribute("data-state", "failed")
        field.fill(key)
        page.get_by_role("button", name="Use it").click()
        expect(field).to_be_hidden()
        card.get_by_role("button", name="Try again").click()
        expect(card).to_have_attribute("data-state", "done")
        page.reload()
        expect(page.locator("#model")).to_contain_text("realeyez")
        expect(field).to_be_hidden()
        browser.close()
