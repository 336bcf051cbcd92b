import contextlib
import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import PngImagePlugin
from tests.backend.pipeline.provenance.signing import Authority, created, signed
from tests.pictures import BAD, UNUSUAL, encode, scene
from typer.testing import CliRunner, Result

from realeyez import __version__
from realeyez.cli import app
from realeyez.models import Manifest, Model, store
from realeyez.pipeline.decode import MAX_BYTES
from realeyez.pipeline.types import Verdict
from realeyez_export.publish import publish

BUNDLED = Path(store.__file__).parent / "bundled"


def realeyez(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(autouse=True)
def database(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path_factory.mktemp("database")
    monkeypatch.setenv("REALEYEZ_DATABASE", f"sqlite:///{folder}/realeyez.db")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three pictures, one of them in a folder below, and a text file."""
    (tmp_path / "below").mkdir()
    (tmp_path / "a.jpg").write_bytes(encode(scene()))
    (tmp_path / "b.PNG").write_bytes(encode(scene(seed=1), "PNG"))
    (tmp_path / "below" / "a.jpg").write_bytes(encode(scene(seed=2)))
    (tmp_path / "notes.txt").write_text("not a picture")
    return tmp_path


def test_a_line_a_picture(folder: Path) -> None:
    result = realeyez("check", folder)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert [line.split("%  ")[1] for line in lines] == [
        str(folder / name) for name in ("a.jpg", "b.PNG", "below/a.jpg")
    ]
    assert all(line.split()[0] in ("ai", "real", "unsure") for line in lines)
    assert "3 pictures:" in result.stderr
    assert "inference" in result.stderr


def test_json_lines_hold_the_path_and_the_verdict(folder: Path) -> None:
    result = realeyez("check", "--json", folder / "a.jpg", folder / "b.PNG")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line.pop("path") for line in lines] == [str(folder / "a.jpg"), str(folder / "b.PNG")]
    assert [Verdict.model_validate(line).image.format for line in lines] == ["JPEG", "PNG"]


def test_unreadable_files_are_passed_over_and_named_at_the_end(folder: Path) -> None:
    for name, (data, _) in BAD.items():
        (folder / f"{name}.jpg").write_bytes(data)
    (folder / "too-large.jpg").write_bytes(encode(scene()) + bytes(MAX_BYTES))
    (folder / "gone.jpg").symlink_to(folder / "nowhere.jpg")
    os.mkfifo(folder / "pipe.jpg")
    never = [f"{name}.jpg" for name in BAD if "over-the-limit" not in name]
    never += ["too-large.jpg", "gone.jpg", "pipe.jpg", "missing.jpg", "m" * 300]
    result = realeyez("check", folder, folder / "missing.jpg", folder / ("m" * 300))
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 3 + 2  # those over the API's limit are under this one
    ending = result.stderr.split(f"{len(never)} could not be checked:")[1]
    for name in never:
        reason = ending.split(f"{folder / name}: ")[1].splitlines()[0]
        assert reason


def test_unusual_pictures_are_read(tmp_path: Path) -> None:
    """Under a name that says nothing, since content decides."""
    for name, (data, _) in UNUSUAL.items():
        (tmp_path / f"{name}.jpg").write_bytes(data)
    result = realeyez("check", "--json", tmp_path)
    assert result.exit_code == 0, result.stderr
    for line in map(json.loads, result.stdout.splitlines()):
        image = line["image"]
        _, expected = UNUSUAL[Path(line["path"]).stem]
        assert (image["format"], image["width"], image["height"]) == expected


def test_a_name_that_is_no_text_is_shown(tmp_path: Path) -> None:
    file = os.fsencode(tmp_path) + b"/\xff.jpg"
    Path(os.fsdecode(file)).write_bytes(encode(scene()))
    assert "\N{REPLACEMENT CHARACTER}.jpg" in realeyez("check", tmp_path).stdout
    assert json.loads(realeyez("check", "--json", tmp_path).stdout)["path"] == os.fsdecode(file)


def test_on_a_terminal_the_bar_and_the_lines_do_not_mix(folder: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "realeyez", "check", str(folder)]
    process = subprocess.Popen(command, stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):  # how a terminal ends once nobody writes to it
        while part := os.read(ours, 4096):
            shown += part
    os.close(ours)
    assert process.wait(10) == 0
    assert b"Checking" in shown
    erased_first = rb"(\n|\x1b\[2K)(\x1b\[[0-9;?]*[a-zA-Z])*(ai|real|unsure) +[0-9.]+%"
    assert len(re.findall(erased_first, shown)) == 3, shown


def test_explain_writes_the_picture_under_its_heat_map(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "maps"
    assert realeyez("check", folder, "--explain", output).exit_code == 0
    names = sorted(path.name for path in output.iterdir())
    assert [name.split(".")[0] for name in names] == ["a", "a", "b"]
    assert all((output / name).read_bytes().startswith(b"\x89PNG") for name in names)


def test_provenance_is_told_as_a_tree(tmp_path: Path) -> None:
    note = PngImagePlugin.PngInfo()
    note.add_text(
        "parameters", "a fox\nSteps: 9, Sampler: Euler, CFG scale: 7, Seed: 3, Model: [m]"
    )
    (tmp_path / "a.png").write_bytes(encode(scene(), "PNG", pnginfo=note))
    (tmp_path / "b.jpg").write_bytes(encode(scene()))
    result = realeyez("check", tmp_path, "--provenance")
    assert result.exit_code == 0, result.output
    noted, plain = result.stdout.split(str(tmp_path / "b.jpg"))
    assert noted.startswith("ai ")
    assert "(by its own declaration)" in noted
    for told in ("generator: Stable Diffusion WebUI", "model: [m]", "prompt: a fox"):
        assert told in noted
    assert "The file says nothing of its origin." in plain
    (line, *_) = realeyez("check", "--json", "--provenance", tmp_path).stdout.splitlines()
    assert json.loads(line)["claims"][0]["prompt"] == "a fox"


def test_a_trust_list_decides_and_is_shown(tmp_path: Path) -> None:
    authority = Authority.named("Test Authority")
    trust = tmp_path / "trust.pem"
    trust.write_text(authority.pem)
    picture = tmp_path / "signed.jpg"
    action = created("trainedAlgorithmicMedia")
    picture.write_bytes(signed(encode(scene()), authority.signer("Studio"), action))
    known = realeyez("check", picture, "--trust-list", trust, "--provenance").stdout
    assert "(by its signed record)" in known
    assert "signer: Studio" in known
    assert "(by its own declaration)" in realeyez("check", picture).stdout
    shown = realeyez("provenance", "trust", "--trust-list", trust)
    assert shown.exit_code == 0, shown.output
    assert "Test Authority" in shown.stdout
    assert str(trust) in shown.stdout


def test_serving_with_a_trust_list_that_is_not_there_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REALEYEZ_TRUST_LIST", "nowhere")
    result = realeyez("serve", "--port", "0")
    assert result.exit_code == 2
    assert "nowhere" in result.stderr
    assert "Traceback" not in result.output


def test_a_folder_without_pictures_says_so(tmp_path: Path) -> None:
    result = realeyez("check", tmp_path)
    assert result.exit_code == 1
    assert f"{tmp_path}: no pictures in this folder" in result.stderr


def test_model_show_is_the_manifest(model: Model) -> None:
    result = realeyez("model", "show")
    assert Manifest.model_validate_json(result.stdout) == model.manifest


def test_model_pull_fills_the_cache(bucket: str, tmp_path: Path, model: Model) -> None:
    publish(BUNDLED, f"s3://{bucket}/b0/1")
    result = realeyez("model", "pull", f"s3://{bucket}/b0/1", "--cache", tmp_path / "cache")
    assert result.exit_code == 0, result.stderr
    said, _, path = result.stdout.strip().rpartition(" ")
    assert said.startswith(f"realeyez-b0 {model.manifest.version}, ")
    assert Path(path).is_relative_to(tmp_path / "cache")
    assert Path(path).read_bytes() == model.onnx


def test_model_pull_says_if_nothing_could_be_kept(bucket: str, tmp_path: Path) -> None:
    publish(BUNDLED, f"s3://{bucket}/b0/1")
    (tmp_path / "file").write_text("no folder")
    result = realeyez("model", "pull", f"s3://{bucket}/b0/1", "--cache", tmp_path / "file")
    assert result.exit_code == 2
    assert "could not be written" in result.stderr


def test_version() -> None:
    assert realeyez("--version").stdout == f"realeyez {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("check", "x.jpg", "--model", "nowhere"), "nowhere"),
        (("check", "x.jpg", "--explain", "/dev/null/maps"), "/dev/null/maps"),
        (("model", "show", "--model", "nowhere"), "nowhere"),
        (("model", "pull", "bundled"), "s3://bucket/prefix/version"),
        (("serve", "--host", "0.0.0.0"), "realeyez keys create"),  # noqa: S104  it must be refused
        (("serve", "--port", "70000"), "port"),
        (("check", "x.jpg", "--trust-list", "nowhere"), "nowhere"),
        (("provenance", "trust", "--trust-list", "nowhere"), "nowhere"),
        (("serve", "--port", "0", "--model", "nowhere"), "nowhere"),
    ],
)
def test_what_cannot_be_done_is_said(arguments: tuple[str, ...], named: str) -> None:
    result = realeyez(*arguments)
    assert result.exit_code == 2
    assert named in result.stderr
    assert "Traceback" not in result.output
