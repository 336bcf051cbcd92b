"""Pictures that no hash confuses, and folders of them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.pictures import encode


def patchwork(seed: int, side: int = 200) -> Image.Image:
    """Soft patches of colour: pictures of different seeds have nothing in common."""
    patches = np.random.default_rng(seed).integers(0, 256, (9, 9, 3), np.uint8)
    return Image.fromarray(patches).resize((side, side), Image.Resampling.BICUBIC)


def fill(folder: Path, seeds: range, suffix: str = "jpg", side: int = 200) -> Path:
    """A folder with a picture for each seed."""
    folder.mkdir(parents=True, exist_ok=True)
    for seed in seeds:
        (folder / f"{seed:04}.{suffix}").write_bytes(encode(patchwork(seed, side)))
    return folder


def source(name: str, label: str = "real", **fields: str) -> str:
    """A `[[source]]` of `sources.toml`."""
    fields = {"name": name, "label": label, "location": name, **fields}
    if label == "ai":
        fields.setdefault("generator", "drawn")
    return "[[source]]\n" + "".join(f"{key} = '{value}'\n" for key, value in fields.items())


@pytest.fixture
def listed(tmp_path: Path) -> Callable[..., Path]:
    """Writes `sources.toml` beside the folders that it names."""

    def write(*sources: str) -> Path:
        path = tmp_path / "sources.toml"
        path.write_text("\n".join(sources))
        return path

    return write
