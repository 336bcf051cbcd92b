"""What is kept of a file: a panel of a sheet, and small pictures."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.pictures import encode

from realeyez_training.curate.curate import curate
from realeyez_training.curate.prepare import CUT, prepare

from .conftest import fill, patchwork, source

COLOURS = [(200, 30, 30), (30, 200, 30), (30, 30, 200), (200, 200, 30)]


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def sheet(seed: int, side: int = 200) -> bytes:
    """Two by two plain panels, and a speck that makes every file another."""
    picture = Image.new("RGB", (2 * side, 2 * side))
    for i, colour in enumerate(COLOURS):
        picture.paste(colour, (side * (i % 2), side * (i // 2), side * (i % 2 + 1), 2 * side))
    picture.putpixel((0, 0), (seed, seed, seed))
    return encode(picture, "PNG")


def test_a_file_is_kept_as_it_is() -> None:
    data = encode(patchwork(1))
    assert prepare(data) is data


def test_one_panel_of_a_sheet_is_cut_out() -> None:
    seen = set()
    for seed in range(30):
        panel = opened(prepare(sheet(seed), grid=2))
        assert panel.size == (200, 200)
        corner = panel.getpixel((100, 100))
        assert np.all(np.asarray(panel)[1:, 1:] == corner)
        seen.add(corner)
    assert seen == set(COLOURS)


@pytest.mark.parametrize("size", [(1600, 1200), (500, 375), (300, 240), (900, 300)])
def test_a_compact_picture_is_a_cut_or_scaled(size: tuple[int, int]) -> None:
    sizes = set()
    for seed in range(12):
        picture = patchwork(seed, side=64).resize(size)
        data = encode(picture)
        compact = opened(prepare(data, compact=True))
        assert compact.format == "JPEG"
        assert prepare(data, compact=True) == prepare(data, compact=True)
        assert min(compact.size) >= min(224, *size)
        assert max(compact.size) <= max(512, round(224 * max(size) / min(size)))
        sizes.add(compact.size)
    cut = (min(CUT, size[0]), min(CUT, size[1]))
    assert cut in sizes
    assert len(sizes) > 1 or cut == size


def test_what_is_kept_is_told_by_the_manifest(tmp_path: Path) -> None:
    fill(tmp_path / "photos", range(3))
    (tmp_path / "sheets").mkdir()
    for seed in range(3):
        (tmp_path / "sheets" / f"{seed}.png").write_bytes(encode(patchwork(9 + seed, 400), "PNG"))
    sheets = source("sheets", "ai") + "grid = 2\ninclude = '[01].png$'\n"
    (tmp_path / "sources.toml").write_text(source("photos") + sheets)
    report = curate(
        tmp_path / "sources.toml", tmp_path / "out", seed=7, shares=(1, 0, 0), least_side=200
    )
    assert report.faults == []
    panels = sorted((tmp_path / "out" / "images" / "sheets").iterdir())
    assert [opened(path.read_bytes()).size for path in panels] == [(200, 200)] * 2
    for path in panels:
        assert path.name.endswith(".2x2.png")


def test_pictures_below_the_least_side_are_dropped(tmp_path: Path) -> None:
    fill(tmp_path / "photos", range(3))  # of 200 pixels; a sheet of four is of 100
    (tmp_path / "sheets").mkdir()
    (tmp_path / "sheets" / "9.png").write_bytes(encode(patchwork(9), "PNG"))
    sheets = source("sheets", "ai") + "grid = 2\n"
    (tmp_path / "sources.toml").write_text(source("photos") + sheets)
    report = curate(
        tmp_path / "sources.toml", tmp_path / "out", seed=7, shares=(1, 0, 0), least_side=101
    )
    assert report.dropped == {"BelowTheLeast": 1}
    assert report.labels["real"]["train"] == 3
