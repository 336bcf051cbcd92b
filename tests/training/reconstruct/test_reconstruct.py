"""Pairs of a small data set: even over sources, encoded alike, gone on with after a stop."""

import csv
import hashlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.pictures import encode, scene
from typer.testing import CliRunner

from realeyez.pipeline.decode import decode
from realeyez_training.cli import app
from realeyez_training.data.manifest import read_manifest
from realeyez_training.data.pixels import Pixels
from realeyez_training.errors import InputError
from realeyez_training.reconstruct import reconstruct as module
from realeyez_training.reconstruct.autoencoder import Autoencoder
from realeyez_training.reconstruct.encoding import encoding_of
from realeyez_training.reconstruct.reconstruct import reconstruct

from .conftest import Halves

Rows = list[dict[str, str]]
SOURCES = {"many": 7, "few": 2, "one": 1}


class Killed(BaseException):
    """What ends a run in its midst."""


@pytest.fixture
def photographs(tmp_path: Path) -> Path:
    """Ten real pictures to train on, one to validate with, and one that is AI."""
    folder = tmp_path / "data"
    names = [f"{source}/{i}" for source, count in SOURCES.items() for i in range(count)]
    rows = [[f"images/{name}.jpg", "real", name.split("/")[0], "train"] for name in names]
    rows += [["images/val.jpg", "real", "many", "val"], ["images/ai.jpg", "ai", "made", "train"]]
    for seed, (path, *_) in enumerate(rows):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        picture = scene(70 + seed, 66, seed)
        (folder / path).write_bytes(encode(picture, quality=70 + seed, subsampling="4:4:4"))
    _write_manifest(folder, rows)
    return folder


def _write_manifest(folder: Path, rows: list[list[str]]) -> None:
    with (folder / "manifest.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "label", "source", "split", "generator", "group", "content"])
        writer.writerows([*row, "", f"group {row[0]}", "scene"] for row in rows)


def manifest(output: Path) -> Rows:
    with (output / "manifest.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_pairs_are_a_data_set(
    photographs: Path, halves: Callable[..., Halves], tmp_path: Path
) -> None:
    output = tmp_path / "pairs"
    assert reconstruct(photographs, *halves(), output) == 10
    originals = {one.path: one for one in read_manifest(photographs, "train") if one.label == 0}
    for made, row in zip(read_manifest(output), manifest(output), strict=True):
        original = originals.pop(photographs / row["pair"])
        assert (made.label, made.generator) == (1, "tiny0")
        assert (made.source, made.split) == (original.source, original.split)
        assert (made.group, made.content) == (original.group, original.content)
        assert made.path.parent == output / "images" / original.source
        assert made.path.stem == hashlib.sha256(original.path.read_bytes()).hexdigest()[:16]
        data = made.path.read_bytes()
        assert hashlib.sha256(data).hexdigest() == row["sha256"]
        one, other = decode(data), decode(original.path.read_bytes())
        assert one.pixels.shape == other.pixels.shape
        assert (one.info.width, one.info.height) == (int(row["width"]), int(row["height"]))
        assert (one.pixels != other.pixels).any()
        assert encoding_of(data) == encoding_of(original.path.read_bytes())
    assert not originals
    assert not list(output.rglob("*.part"))


def test_a_few_are_of_all_sources(
    photographs: Path, halves: Callable[..., Halves], tmp_path: Path
) -> None:
    taken = {}
    for most, seed in [(3, 7), (6, 7), (6, 8)]:
        output = tmp_path / f"{most}-{seed}"
        assert reconstruct(photographs, *halves(), output, most=most, seed=seed) == most
        taken[most, seed] = {row["pair"]: row["source"] for row in manifest(output)}
    assert Counter(taken[3, 7].values()) == {"many": 1, "few": 1, "one": 1}
    assert Counter(taken[6, 7].values()) == {"many": 3, "few": 2, "one": 1}
    assert taken[3, 7].items() <= taken[6, 7].items()
    assert taken[6, 7] != taken[6, 8]


def test_a_stopped_run_is_gone_on_with(
    photographs: Path,
    halves: Callable[..., Halves],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    output = tmp_path / "pairs"
    made: list[Pixels] = []

    class Counted(Autoencoder):
        def __call__(self, pixels: Pixels) -> Pixels:
            if len(made) == 4:
                raise Killed
            made.append(pixels)
            return super().__call__(pixels)

    monkeypatch.setattr(module, "Autoencoder", Counted)
    with pytest.raises(Killed):
        reconstruct(photographs, *halves(), output)
    assert not (output / "manifest.csv").exists()
    assert len(list(output.rglob("*.jpg"))) == 4
    made.clear()
    assert reconstruct(photographs, *halves(), output, most=7) == 7
    assert len(made) == 3
    assert len(manifest(output)) == 7


def test_pictures_of_one_name_do_not_clash(
    photographs: Path, halves: Callable[..., Halves], tmp_path: Path
) -> None:
    rows = [["images/many/0.jpg", "real", "same", "train"]]
    rows += [["images/few/0.jpg", "real", "same", "train"]]
    _write_manifest(photographs, rows)
    assert reconstruct(photographs, *halves(), tmp_path / "pairs") == 2
    assert {row["pair"] for row in manifest(tmp_path / "pairs")} == {row[0] for row in rows}


def test_what_is_too_large_is_left_out(
    photographs: Path,
    halves: Callable[..., Halves],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(module, "MOST_PIXELS", 74 * 66)
    assert reconstruct(photographs, *halves(), tmp_path / "pairs") == 5
    assert "5 left out: over 4,884 pixels." in capsys.readouterr().err
    monkeypatch.setattr(module, "MOST_PIXELS", 100)
    with pytest.raises(InputError, match="all have over 100 pixels"):
        reconstruct(photographs, *halves(), tmp_path / "none")


def test_an_output_that_does_not_fit_is_refused(
    photographs: Path, halves: Callable[..., Halves], tmp_path: Path
) -> None:
    for output in (photographs, photographs / "pairs", tmp_path):
        with pytest.raises(InputError, match="overlap"):
            reconstruct(photographs, *halves(), output)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match="holds something else"):
        reconstruct(photographs, *halves(), tmp_path / "full")
    reconstruct(photographs, *halves(), tmp_path / "pairs", most=1)
    with pytest.raises(InputError, match="of another autoencoder"):
        reconstruct(photographs, *halves(seed=1), tmp_path / "pairs", most=1)


def test_data_that_does_not_fit_is_told(
    photographs: Path, halves: Callable[..., Halves], tmp_path: Path
) -> None:
    (photographs / "images" / "many" / "3.jpg").write_bytes(b"no picture")
    with pytest.raises(InputError, match=r"3\.jpg cannot be read .* Mend it"):
        reconstruct(photographs, *halves(), tmp_path / "pairs")
    with pytest.raises(InputError, match="no picture of the split test_seen"):
        reconstruct(photographs, *halves(), tmp_path / "pairs", split="test_seen")
    _write_manifest(photographs, [["images/ai.jpg", "ai", "made", "train"]])
    with pytest.raises(InputError, match="no real picture in train"):
        reconstruct(photographs, *halves(), tmp_path / "pairs")


def test_the_command(photographs: Path, halves: Callable[..., Halves], tmp_path: Path) -> None:
    encoder, decoder = halves()
    command = ["reconstruct", "--data", photographs, "--encoder", encoder, "--decoder", decoder]
    command += ["--output", tmp_path / "pairs", "--split", "val", "--most", 1]
    result = CliRunner().invoke(app, [str(argument) for argument in command])
    assert result.exit_code == 0, result.output
    assert result.stdout.strip().endswith(f"1 pairs are in {tmp_path / 'pairs'}")
    assert [row["split"] for row in manifest(tmp_path / "pairs")] == ["val"]
