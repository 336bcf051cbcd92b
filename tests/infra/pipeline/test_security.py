"""Security checks of our own: nothing is found here, and each check finds what it is for."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.conftest import ROOT
from tests.infra.pipeline.conftest import Workspace

BIN = Path(os.environ.get("REALEYEZ_SECURITY_BIN", ROOT / ".venv-security" / "bin"))


@pytest.fixture(autouse=True)
def _scanners() -> None:
    if not (BIN / "semgrep").is_file():
        pytest.fail(f"{BIN} has no scanners: `make .venv-security/ready` installs them")


@pytest.fixture
def scanned(workspace: Workspace) -> Workspace:
    """A checkout that is small, so that scans are."""
    for folder in ("training", "export", "benchmarks", "extension/src"):
        (workspace.folder / folder).mkdir(parents=True)
    shutil.copy(ROOT / ".secrets.baseline", workspace.folder)
    workspace.environment["SECURITY_BIN"] = str(BIN)
    return workspace


def test_nothing_is_found_here() -> None:
    done = subprocess.run(
        [ROOT / "ci" / "security.sh"],
        env=os.environ | {"SECURITY_BIN": str(BIN)},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    reports = ROOT / "artifacts" / "ci" / "security"
    bandit = json.loads((reports / "bandit.json").read_text())
    assert bandit["metrics"]["_totals"]["loc"] > 5000
    assert bandit["errors"] == []
    semgrep = json.loads((reports / "semgrep.json").read_text())
    assert len(semgrep["paths"]["scanned"]) > 150
    assert semgrep["errors"] == []


@pytest.fixture
def secrets_alone(scanned: Workspace) -> Workspace:
    """The real look for secrets; the other scanners pass."""
    for scanner in ("bandit", "semgrep"):
        scanned.fake(scanner)
    (scanned.fakes / "detect-secrets-hook").symlink_to(BIN / "detect-secrets-hook")
    scanned.environment["SECURITY_BIN"] = str(scanned.fakes)
    return scanned


def test_a_secret_is_found(secrets_alone: Workspace) -> None:
    key = "".join(["AKIA", "QYLPMN5HHHFPZAM2"])  # of the right shape, and nobody's
    secrets_alone.write("terraform/leak.tf", f'access_key = "{key}"\n')
    secrets_alone.git("add", "--force", "terraform/leak.tf")
    said = secrets_alone.fails("security.sh")
    assert "leak.tf" in said
    assert key not in said


def test_what_is_known_may_move(secrets_alone: Workspace) -> None:
    known = secrets_alone.folder / "terraform" / "plan.checkov.yaml"
    secrets_alone.write("terraform/plan.checkov.yaml", "# a line more\n" + known.read_text())
    secrets_alone.passes("security.sh")
    baseline = secrets_alone.folder / ".secrets.baseline"
    assert baseline.read_text() == (ROOT / ".secrets.baseline").read_text()


def test_what_bandit_knows_is_found(scanned: Workspace) -> None:
    scanned.write("training/unsafe.py", "import hashlib\nhashlib.md5(b'')\n")
    assert "B324" in scanned.fails("security.sh")


# semgrep: for each rule a file it fires in, and one beside it that it leaves alone


class Case(NamedTuple):
    rule: str
    path: str
    bad: str
    good: str


CASES = [
    Case(
        "pipeline-knows-no-network", "backend/realeyez/pipeline/{}.py",
        "from aiohttp import ClientSession", "from pathlib import Path",
    ),
    Case(
        "pipeline-knows-no-network", "backend/realeyez/pipeline/{}_urllib.py",
        "import urllib.request", "import urllib.parse",
    ),
    Case(
        "pipeline-knows-no-database-and-no-api", "backend/realeyez/pipeline/{}_db.py",
        "from realeyez.db.keys import find", "from realeyez.models import Model",
    ),
    Case(
        "pipeline-knows-no-database-and-no-api", "backend/realeyez/pipeline/{}_sql.py",
        "import sqlalchemy", "import numpy",
    ),
    Case(
        "service-knows-no-training", "backend/realeyez/{}.py",
        "from realeyez_training.data import s3", "from realeyez.models import s3",
    ),
    Case(
        "no-shell", "training/{}.py",
        "import subprocess\nsubprocess.run(f'ls {x}', shell=True)",
        "import subprocess\nsubprocess.run(['ls', x])",
    ),
    Case("no-shell", "export/{}.py", "import os\nos.system('ls')", "import os\nos.listdir('.')"),
    Case(
        "no-code-from-data", "export/{}_load.py",
        "import pickle\npickle.loads(data)", "import json\njson.loads(data)",
    ),
    Case(
        "no-code-from-data", "export/{}_numpy.py",
        "import numpy as np\nnp.load(file, allow_pickle=True)", "import numpy as np\nnp.load(file)",
    ),
    Case(
        "sql-by-sqlalchemy", "backend/realeyez/db/{}.py",
        "from sqlalchemy import text\nc.execute(text(f'SELECT {name}'))",
        "from sqlalchemy import text\nc.execute(text('SELECT :name'), {'name': name})",
    ),
    Case(
        "sql-by-sqlalchemy", "backend/realeyez/db/{}_plain.py",
        "c.execute('DELETE FROM checks WHERE id = ' + id)", "c.execute(delete(Check))",
    ),
    Case(
        "sql-by-sqlalchemy", "backend/realeyez/db/{}_format.py",
        "c.execute('DELETE FROM {}'.format(table))", "c.execute('PRAGMA synchronous = FULL')",
    ),
    Case(
        "pictures-are-never-stored", "backend/realeyez/api/{}.py",
        "path.write_bytes(picture)", "path.read_bytes()",
    ),
    Case(
        "pictures-are-never-stored", "backend/realeyez/api/{}_open.py",
        "file = open(name, 'wb')", "file = open(name, 'rb')",
    ),
    Case(
        "decoders-by-list", "backend/realeyez/pipeline/{}_image.py",
        "from PIL import Image\nImage.open(data)",
        "from PIL import Image\nImage.open(data, formats=['PNG'])",
    ),
    Case(
        "certificates-are-checked", "backend/realeyez/{}_tls.py",
        "import ssl\ncontext.verify_mode = ssl.CERT_NONE",
        "import ssl\ncontext = ssl.create_default_context()",
    ),
    Case(
        "extension-makes-no-html", "extension/src/{}.ts",
        "card.innerHTML = verdict;", "card.textContent = verdict;",
    ),
    Case(
        "extension-makes-no-html", "extension/src/{}_insert.ts",
        'card.insertAdjacentHTML("beforeend", verdict);', "card.append(verdict);",
    ),
    Case(
        "extension-sends-no-cookies", "extension/src/{}_fetch.ts",
        'await fetch(url, { method: "GET", credentials: "include" });',
        'await fetch(url, { method: "GET", credentials: "omit" });',
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str]]:
    """Every (rule, path) that semgrep reports in a tree of all those files."""
    tree = tmp_path_factory.mktemp("tree")
    for case in CASES:
        for name, code in (("bad", case.bad), ("good", case.good)):
            file = tree / case.path.format(name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(code + "\n")
    subprocess.run(["git", "init", "--quiet"], cwd=tree, check=True)
    subprocess.run(["git", "add", "."], cwd=tree, check=True)
    done = subprocess.run(
        [
            BIN / "semgrep", "scan", "--config", ROOT / "ci" / "semgrep.yaml", "--json",
            "--metrics", "off", "--disable-version-check", "--quiet", ".",
        ],
        cwd=tree, capture_output=True, text=True, check=False,
    )  # fmt: skip
    report = json.loads(done.stdout)
    assert report["errors"] == []
    return {(result["check_id"].rpartition(".")[2], result["path"]) for result in report["results"]}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.path.format(case.rule))
def test_each_rule_fires_where_it_should(case: Case, found: set[tuple[str, str]]) -> None:
    assert (case.rule, case.path.format("bad")) in found
    assert (case.rule, case.path.format("good")) not in found


def test_every_rule_is_tried() -> None:
    rules = re.findall(r"- id: ([\w-]+)", (ROOT / "ci" / "semgrep.yaml").read_text())
    assert {case.rule for case in CASES} == set(rules)


# Known holes: databases that only Jenkins reaches


@pytest.fixture
def audited(workspace: Workspace) -> Workspace:
    for lock in ("cpu", "dev"):
        workspace.write(f"requirements/{lock}.txt", "aiohttp==3.14\n")
    workspace.environment["SECURITY_BIN"] = str(workspace.fakes)
    workspace.fake("pip-audit", 'case "$*" in *canary*) echo PYSEC-1; exit 1 ;; esac')
    workspace.fake("npm")
    return workspace


def test_every_lock_is_audited(audited: Workspace) -> None:
    audited.passes("audit.sh")
    canary, *locks = audited.of("pip-audit")
    assert "canary" in canary
    assert [call.split()[call.split().index("--requirement") + 1] for call in locks] == [
        "requirements/cpu.txt", "requirements/dev.txt",
    ]  # fmt: skip
    assert all("--strict" in call for call in locks)
    assert [call.split()[:3] for call in audited.of("npm")] == [
        ["--prefix", "extension", "audit"], ["--prefix", "ci", "audit"],
    ]  # fmt: skip


def test_an_auditor_that_sees_nothing_fails(audited: Workspace) -> None:
    audited.fake("pip-audit", "echo No known vulnerabilities found")
    assert "its silence means nothing" in audited.fails("audit.sh")


@pytest.mark.parametrize(
    ("tool", "does"),
    [
        ("pip-audit", 'case "$*" in *canary* | *dev.txt*) exit 1 ;; esac'),
        ("npm", 'case "$*" in *extension*) exit 1 ;; esac'),
        ("npm", 'case "$*" in *ci*) exit 1 ;; esac'),
    ],
)
def test_a_known_hole_fails(audited: Workspace, tool: str, does: str) -> None:
    audited.fake(tool, does)
    assert "known holes" in audited.fails("audit.sh")
