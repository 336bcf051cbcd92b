"""A small data set drawn by the tests: smooth hills are "real", chequered ones are "ai"."""

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.pictures import encode, scene

COUNTS = {"train": 16, "val": 64, "test_seen": 8, "test_unseen": 8}


def chequered(seed: int) -> Image.Image:
    pixels = np.asarray(scene(240, 230, seed)).copy()
    pixels[::2, ::2] //= 2
    return Image.fromarray(pixels)


@pytest.fixture(scope="session")
def small_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    with (folder / "manifest.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["path", "label", "source", "generator", "split", "group"])
        for split, count in COUNTS.items():
            for i in range(count):
                ai = i % 2
                picture = chequered(i) if ai else scene(240, 230, i)
                name = f"{split}-{i}.jpg"
                (folder / name).write_bytes(encode(picture, quality=92))
                rows.writerow([name, "ai" if ai else "real", "drawn", "", split, name])
    return folder


@pytest.fixture(scope="session")
def small_pairs(small_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pairs whose AI pictures are copies of the real ones of `small_data`."""
    folder = tmp_path_factory.mktemp("pairs")
    with (small_data / "manifest.csv").open(newline="") as file:
        listed = list(csv.DictReader(file))
    real = [row for row in listed if row["label"] == "real" and row["split"] == "train"]
    with (folder / "manifest.csv").open("w", newline="") as file:
        rows = csv.DictWriter(file, [*real[0], "pair"])
        rows.writeheader()
        for row in real:
            shutil.copy(small_data / row["path"], folder)
            rows.writerow(row | {"label": "ai", "generator": "copied", "pair": row["path"]})
    return folder
