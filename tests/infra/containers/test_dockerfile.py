"""What can be told of the image's recipe without building it: the GPU target above all."""

import re
import subprocess
from pathlib import Path

import pytest
from tests.conftest import ROOT
from tests.infra.checkov import checkov
from tests.infra.image import DOCKERFILE
from tests.infra.tools import need, of_python, run

from realeyez import __version__

SCRIPTS = [
    ROOT / "backend" / "build.sh",
    ROOT / "backend" / "entrypoint.sh",
    ROOT / "deploy" / "setup" / "setup.sh",
]


def stages() -> dict[str, str]:
    """Each stage's instructions, by its name."""
    text = DOCKERFILE.read_text().replace("\\\n", "")
    parts = re.split(r"^FROM \S+ AS (\S+)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def instructions(stage: str) -> list[str]:
    lines = re.sub(r" +", " ", stages()[stage]).splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_hadolint_finds_nothing() -> None:
    run(of_python("hadolint"), DOCKERFILE)


def test_checkov_finds_nothing() -> None:
    checkov("--framework", "dockerfile", "--file", str(DOCKERFILE))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_shellcheck_finds_nothing(script: Path) -> None:
    need("shellcheck")
    run("shellcheck", script)


def test_the_targets_differ_in_base_and_lock_only() -> None:
    """What the CPU target shows in test_image.py then holds for the GPU target."""

    def neutral(stage: str) -> list[str]:
        lines = [line.replace("gpu-", "").replace("cpu-", "") for line in instructions(stage)]
        return [line.replace("RealEyez (GPU)", "RealEyez") for line in lines]

    assert neutral("gpu") == neutral("cpu")
    apt = r"RUN apt-get update && .* python3-venv && rm -rf /var/lib/apt/lists/\*"
    first, *gpu_build = neutral("gpu-build")
    assert re.fullmatch(apt, first)
    assert gpu_build == neutral("cpu-build")


def test_the_gpu_lock_is_the_other_with_another_runtime() -> None:
    def pins(name: str) -> dict[str, str]:
        text = (ROOT / "requirements" / name).read_text()
        return dict(re.findall(r"^([a-z0-9-]+)==([^ ;]+)", text, re.MULTILINE))

    cpu, gpu = pins("postgres.txt"), pins("gpu-postgres.txt")
    assert cpu.pop("onnxruntime")
    assert gpu.pop("onnxruntime-gpu")
    assert gpu == cpu


def test_the_version_is_this_ones() -> None:
    text = DOCKERFILE.read_text()
    assert set(re.findall(r"^ARG VERSION=(\S+)$", text, re.MULTILINE)) == {__version__}


def test_the_context_is_what_is_copied() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    admitted = [line[1:] for line in lines if line.startswith("!")]
    text = DOCKERFILE.read_text()
    copied = [
        line for line in text.splitlines() if line.startswith("COPY") and "--from" not in line
    ]
    for line in copied:
        for source in line.split()[1:-1]:
            assert (ROOT / source).exists(), line
            assert any(source == place or source.startswith(f"{place}/") for place in admitted), (
                line
            )
    tracked = subprocess.run(
        ["git", "ls-files", "--", *admitted], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert not [name for name in tracked if name.endswith((".env", ".key", ".db"))]
