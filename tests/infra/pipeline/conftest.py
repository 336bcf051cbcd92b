"""A copy of the pipeline in a repository of its own, and programs that write down their calls."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.conftest import ROOT
from tests.infra.terraform.conftest import aws, client, offline, tree, zone

__all__ = ["aws", "client", "offline", "tree", "zone"]  # fixtures: Terraform's, with moto

IMAGE = f"docker.io/realeyez/realeyez@sha256:{'a' * 64}"
_IDENTITY = ("-c", "user.name=test", "-c", "user.email=test@example.org")

# Writes its call down, then does what the test has it do: `case "$*"` of its own.
_FAKE = """#!/usr/bin/env bash
{ printf '%s' "${0##*/}"; [ $# = 0 ] || printf '\\x1f%s' "$@"; printf '\\x1e'; } >>"$CALLS"
[ ! -f "$0.does" ] || . "$0.does"
"""


@dataclass
class Workspace:
    """A checkout in which a stage is run as Jenkins runs it."""

    folder: Path
    fakes: Path
    environment: dict[str, str] = field(default_factory=dict)

    def fake(self, tool: str, does: str = "") -> None:
        """A program on PATH; `does` is what it does in bash, with $* its arguments."""
        script = self.fakes / tool
        script.write_text(_FAKE)
        script.chmod(0o755)
        script.with_suffix(".does").write_text(does)

    def run(self, script: str, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run one of the scripts; stdout and stderr together."""
        return subprocess.run(
            [f"ci/{script}", *arguments],
            cwd=self.folder,
            env=self._base() | self.environment | more,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=300,
        )

    def passes(self, script: str, *arguments: str, **more: str) -> str:
        done = self.run(script, *arguments, **more)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def fails(self, script: str, *arguments: str, **more: str) -> str:
        done = self.run(script, *arguments, **more)
        assert done.returncode != 0, done.stdout
        return done.stdout

    @property
    def calls(self) -> list[list[str]]:
        """Every call of a fake, in order: its name and arguments."""
        file = self.fakes / "calls"
        text = file.read_text() if file.exists() else ""
        return [call.split("\x1f") for call in text.split("\x1e") if call]

    def of(self, tool: str) -> list[str]:
        """The calls of one tool, as lines."""
        return [" ".join(call[1:]) for call in self.calls if call[0] == tool]

    def git(self, *arguments: str) -> str:
        return subprocess.run(
            ["git", *_IDENTITY, *arguments],
            cwd=self.folder,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()

    def write(self, path: str, text: str) -> Path:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def released(self, image: str = IMAGE) -> None:
        """As stage 7 leaves it."""
        self.write("artifacts/ci/release.env", f"IMAGE={image}\nTAG=1\nREVISION=0\n")

    def _base(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
        return kept | {
            "PATH": f"{self.fakes}:{Path(sys.executable).parent}:{os.environ['PATH']}",
            "CALLS": str(self.fakes / "calls"),
            "BRANCH_NAME": "main",
            "BUILD_NUMBER": "7",
            "PAUSE": "0",
        }


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the scripts read, committed on main."""
    copy = tmp_path_factory.mktemp("checkout")
    ours = shutil.ignore_patterns(
        "node_modules", ".terraform", ".terraform.lock.hcl", "*.tfstate*", "*.tfvars", "backend.hcl"
    )
    for name in ("ci", "terraform", ".zap", "deploy", "monitoring"):
        shutil.copytree(ROOT / name, copy / name, ignore=ours)
    for name in (
        "Jenkinsfile", ".trivyignore.yaml", ".checkov.yaml", ".gitignore", "pyproject.toml",
        "backend/realeyez/__init__.py",
    ):  # fmt: skip
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, copy / name)
    git = Workspace(copy, copy).git
    git("init", "--quiet", "--initial-branch", "main")
    git("add", ".")
    git("commit", "--quiet", "--message", "all")
    git("update-ref", "refs/remotes/origin/main", "HEAD")
    return copy


@pytest.fixture
def workspace(checkout: Path, tmp_path: Path) -> Workspace:
    """A fresh checkout with a container engine that only writes down."""
    shutil.copytree(checkout, tmp_path / "workspace", symlinks=True)
    (tmp_path / "fakes").mkdir()
    made = Workspace(tmp_path / "workspace", tmp_path / "fakes")
    made.fake("docker", 'case "$1" in --version) echo "Docker version 28" ;; esac')
    made.environment["CONTAINER_ENGINE"] = "docker"
    return made


def as_json(value: object) -> str:
    """For a fake to print: a here-document that bash leaves alone."""
    return f"cat <<'END'\n{json.dumps(value)}\nEND\n"
