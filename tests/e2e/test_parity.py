"""One picture, one probability: by command line and API. (`test_web_page` adds the web page.)"""

import json
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from PIL import Image
from tests.e2e.conftest import Service
from tests.pictures import encode, scene

ROTATED = Image.Exif()
ROTATED[0x0112] = 6
PICTURES = {
    "small.jpg": encode(scene(90, 70, 1)),
    "plain.jpg": encode(scene(800, 600, 2), quality=85),
    "rotated.jpg": encode(scene(640, 480, 3), exif=ROTATED),
    "large.webp": encode(scene(2400, 1600, 4), "WEBP"),
    "clear.png": encode(scene(500, 300, 5).convert("RGBA"), "PNG"),
}


@pytest.fixture(scope="module")
def by_command_line(tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    folder = tmp_path_factory.mktemp("pictures")
    for name, data in PICTURES.items():
        (folder / name).write_bytes(data)
    command = [sys.executable, "-m", "realeyez", "check", "--json", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {Path(line["path"]).name: line["probability"] for line in lines}


@pytest.mark.parametrize("name", PICTURES)
def test_command_line_and_api_agree(
    name: str, by_command_line: dict[str, float], service: Service
) -> None:
    request = urllib.request.Request(f"{service.url}/v1/check", PICTURES[name])
    with urllib.request.urlopen(request, timeout=30) as response:
        answer = json.load(response)
    assert answer["probability"] == pytest.approx(by_command_line[name], abs=1e-4)
