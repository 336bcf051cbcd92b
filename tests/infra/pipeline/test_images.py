"""Stages 4 to 8: the candidate and ZAP, the release and Trivy, with an engine that writes down."""

import json
import shutil
from pathlib import Path

import pytest
import yaml
from tests.conftest import ROOT
from tests.infra.pipeline.conftest import IMAGE, Workspace

DIGEST = "sha256:" + "b" * 64
SIGNING = {"COSIGN_KEY": "/key", "COSIGN_PASSWORD": "p"}
RELEASE = {"REGISTRY": "docker.io", "REPOSITORY": "realeyez/realeyez", **SIGNING}

# Docker as these stages meet it. A key is made, a pushed image has a digest.
DOCKER = f"""
case "$*" in
  --version) echo 'Docker version 28' ;;
  *'keys create'*) echo rk_1 ;;
  'image inspect'*) echo other/name@sha256:{"c" * 64}; echo realeyez/realeyez@{DIGEST} ;;
esac
"""


@pytest.fixture
def engine(workspace: Workspace) -> Workspace:
    workspace.fake("docker", DOCKER)
    return workspace


# 4: the candidate


def test_the_candidate_serves_as_in_production(engine: Workspace) -> None:
    engine.passes("04-candidate.sh")
    calls = engine.of("docker")
    build = next(call for call in calls if call.startswith("build"))
    assert "--file backend/Dockerfile --target cpu --tag realeyez-candidate-7" in build
    assert f"REVISION={engine.git('rev-parse', 'HEAD')}" in build
    assert "VERSION=0." in build
    serve = next(call for call in calls if call.startswith("run --detach"))
    for wanted in (
        "--read-only",
        "--cap-drop ALL",
        "no-new-privileges",
        "REALEYEZ_HOSTS=candidate",
    ):
        assert wanted in serve
    assert "--publish" not in serve
    assert calls[-1].startswith("exec realeyez-candidate-7 python /usr/local/bin/healthcheck.py")
    key = engine.folder / "build/ci/candidate.key"
    assert key.read_text() == "rk_1\n"
    assert key.stat().st_mode & 0o077 == 0


def test_a_candidate_that_is_never_ready_fails_with_its_log(engine: Workspace) -> None:
    engine.fake("docker", DOCKER + 'case "$1" in exec) exit 1 ;; logs) echo it broke ;; esac')
    said = engine.fails("04-candidate.sh", READY_TRIES="2")
    assert "it broke" in said
    assert "not ready" in said


def test_a_build_that_fails_starts_nothing(engine: Workspace) -> None:
    engine.fake("docker", DOCKER + '[ "$1" != build ]')
    engine.fails("04-candidate.sh")
    assert not any(call.startswith("run") for call in engine.of("docker"))


def test_the_engine_that_is_there_is_used(engine: Workspace) -> None:
    """Docker is installed and does not answer: podman."""
    engine.fake("docker", "exit 1")
    engine.fake("podman", DOCKER)
    engine.passes("04-candidate.sh", CONTAINER_ENGINE="", BUILD_OPTIONS="--isolation=chroot")
    assert any("--isolation=chroot" in call for call in engine.of("podman"))
    engine.fake("docker", DOCKER)
    before = len(engine.of("podman"))
    engine.passes("04-candidate.sh", CONTAINER_ENGINE="")
    assert len(engine.of("podman")) == before


# 5: ZAP


def _zap(alerts: list[dict[str, object]], status: int = 0) -> str:
    """An engine whose ZAP writes that report."""
    report = json.dumps({"site": [{"@name": "http://candidate", "alerts": alerts}]})
    return (
        DOCKER
        + f"""
case "$*" in *zap-*)
  while [ $# != 0 ]; do [ "$1" != -J ] || echo '{report}' >"artifacts/ci/zap/$2"; shift; done
  exit {status} ;;
esac
"""
    )


LOW = {"name": "Timestamp", "pluginid": "10096", "riskcode": "1", "count": "2"}
HIGH = {"name": "SQL Injection", "pluginid": "40018", "riskcode": "3", "count": "1"}


@pytest.fixture
def candidate(engine: Workspace) -> Workspace:
    engine.write("build/ci/candidate.key", "rk_1\n")
    return engine


def test_zap_scans_the_pages_and_the_api(candidate: Workspace) -> None:
    candidate.fake("docker", _zap([LOW], status=2))  # warnings
    candidate.passes("05-zap.sh")
    baseline, api = candidate.of("docker")
    assert "zap-baseline.py -t http://candidate:8000/ " in baseline
    assert "zap-api-scan.py -t http://candidate:8000/openapi.json -f openapi" in api
    for call, name in ((baseline, "baseline"), (api, "api")):
        assert "--network realeyez-candidate-7" in call
        assert "--env ZAP_AUTH_HEADER_VALUE " in call
        assert "rk_1" not in call  # a key is in no list of processes
        assert f"-c {name}.conf" in call
        assert (candidate.folder / "artifacts/ci/zap" / f"{name}.conf").is_file()


@pytest.mark.parametrize(
    ("engine_does", "said"),
    [
        (_zap([LOW, HIGH]), "SQL Injection"),
        (_zap([], status=1), "ZAP has findings"),
        (_zap([], status=3), "nothing was scanned"),
        (DOCKER, "no report"),
        (_zap([]).replace('"site": [', '"site": [], "x": ['), "nothing was scanned"),
    ],
    ids=["high", "a rule that fails", "ZAP broke", "no report", "empty report"],
)
def test_what_fails_zaps_stage(candidate: Workspace, engine_does: str, said: str) -> None:
    candidate.fake("docker", engine_does)
    assert said in candidate.fails("05-zap.sh")


def test_zap_wants_a_candidate(engine: Workspace) -> None:
    assert "stage 4" in engine.fails("05-zap.sh")


@pytest.mark.parametrize("name", ["baseline", "api"])
def test_zaps_rules_have_reasons(name: str) -> None:
    for line in (ROOT / ".zap" / f"{name}.conf").read_text().splitlines():
        if not line.startswith("#"):
            rule, level, reason = line.split("\t")
            assert rule.isdecimal()
            assert level in ("IGNORE", "INFO", "WARN", "FAIL")
            assert reason[0] + reason[-1] == "()"
            assert len(reason) > 12


# 6: nothing is left of the candidate


def test_the_candidate_goes_whole(candidate: Workspace) -> None:
    candidate.passes("06-remove-candidate.sh")
    calls = " ".join(candidate.of("docker"))
    for what in ("rm --force", "volume rm --force", "network rm", "rmi --force"):
        assert f"{what} realeyez-candidate-7" in calls
    assert not (candidate.folder / "build/ci/candidate.key").exists()


def test_removing_nothing_is_no_fault_but_what_stays_is(candidate: Workspace) -> None:
    gone = 'case "$1" in rm | rmi | volume | network) exit 1 ;; esac'
    candidate.fake("docker", gone)
    candidate.passes("06-remove-candidate.sh")
    candidate.fake("docker", gone + "\ncase $1 in ps) echo 4f3 ;; esac")
    assert "4f3 is still there" in candidate.fails("06-remove-candidate.sh")


# 7: the release


@pytest.fixture
def releasing(engine: Workspace) -> Workspace:
    engine.fake("cosign")
    return engine


def test_a_release_is_pushed_and_signed_by_digest(releasing: Workspace) -> None:
    releasing.passes(
        "07-release.sh", **RELEASE, REGISTRY_LOGIN_USR="u", REGISTRY_LOGIN_PSW="s3cret"
    )
    commit = releasing.git("rev-parse", "HEAD")
    name = f"docker.io/realeyez/realeyez:0.1.0-{commit[:12]}"
    calls = releasing.of("docker")
    assert [call.split()[0] for call in calls if call != "--version"] == [
        "build", "login", "push", "image",
    ]  # fmt: skip
    assert f"push {name}" in calls
    assert "s3cret" not in " ".join(calls)
    sign, verify = releasing.of("cosign")
    image = f"docker.io/realeyez/realeyez@{DIGEST}"
    assert sign.startswith("sign --yes --key /key")
    assert sign.endswith(image)
    assert verify == f"verify --key /key {image}"
    left = (releasing.folder / "artifacts/ci/release.env").read_text()
    assert left == f"IMAGE={image}\nTAG=0.1.0-{commit[:12]}\nREVISION={commit}\n"


def test_podman_says_the_digest_itself(releasing: Workspace) -> None:
    releasing.fake("podman", f"""
case "$1" in
  --version) echo podman version 5 ;;
  push) while [ "$1" != --digestfile ]; do shift; done; printf {DIGEST} >"$2" ;;
esac""")  # fmt: skip
    releasing.passes("07-release.sh", **RELEASE, CONTAINER_ENGINE="podman", TARGET="gpu", TAG="1")
    assert "push --digestfile build/ci/digest docker.io/realeyez/realeyez:1-gpu" in releasing.of(
        "podman"
    )
    assert DIGEST in (releasing.folder / "artifacts/ci/release.env").read_text()


def test_amazons_registry_knows_the_machine(releasing: Workspace) -> None:
    registry = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
    releasing.fake("docker", DOCKER.replace("echo realeyez/", f"echo {registry}/realeyez/"))
    releasing.fake("aws", "echo password")
    releasing.passes("07-release.sh", **(RELEASE | {"REGISTRY": registry}))
    assert releasing.of("aws") == ["ecr get-login-password"]
    assert f"login --username AWS --password-stdin {registry}" in releasing.of("docker")


@pytest.mark.parametrize(
    ("tool", "does", "more"),
    [
        ("docker", DOCKER + '[ "$1" != push ]', {}),
        ("docker", DOCKER + '[ "$1" != login ]', {"REGISTRY_LOGIN_USR": "u"}),
        ("docker", DOCKER.replace(DIGEST, "sha256:1"), {}),
        ("cosign", '[ "$1" != sign ]', {}),
        ("cosign", '[ "$1" != verify ]', {}),
        ("cosign", "", {"TAG": "latest"}),
        ("cosign", "", {"TAG": "a b"}),
        ("cosign", "", {"BRANCH_NAME": "feature"}),
        ("cosign", "", {"COSIGN_KEY": ""}),
    ],
)
def test_a_release_that_is_not_whole_leaves_no_image(
    releasing: Workspace, tool: str, does: str, more: dict[str, str]
) -> None:
    releasing.fake(tool, does)
    releasing.fails("07-release.sh", **(RELEASE | more))
    assert not (releasing.folder / "artifacts/ci/release.env").exists()


# 8: Trivy


@pytest.fixture
def scanning(releasing: Workspace) -> Workspace:
    releasing.released()
    releasing.fake("trivy")
    return releasing


def test_trivy_looks_at_the_digest(scanning: Workspace) -> None:
    scanning.passes("08-trivy.sh", **RELEASE)
    sbom, everything, gate = scanning.of("trivy")
    assert all(call.endswith(IMAGE) for call in (sbom, everything, gate))
    assert "--format cyclonedx --output artifacts/ci/trivy/sbom.cdx.json" in sbom
    assert "--ignore-unfixed" not in everything
    for wanted in (
        "--ignore-unfixed", "--severity HIGH,CRITICAL", "--exit-code 1",
        "--ignorefile .trivyignore.yaml",
    ):  # fmt: skip
        assert wanted in gate
    (attest,) = scanning.of("cosign")
    assert "attest --yes --key /key --type cyclonedx" in attest


@pytest.mark.parametrize(
    ("tool", "does"),
    [
        ("trivy", 'case "$*" in *--exit-code*) echo CVE-1 HIGH; exit 1 ;; esac'),
        ("trivy", 'case "$*" in *cyclonedx*) exit 1 ;; esac'),
        ("cosign", "exit 1"),
    ],
    ids=["HIGH", "no SBOM", "not attested"],
)
def test_what_fails_trivys_stage(scanning: Workspace, tool: str, does: str) -> None:
    scanning.fake(tool, does)
    said = scanning.fails("08-trivy.sh", **RELEASE)
    if "CVE-1" in does:
        assert "CVE-1 HIGH" in said  # people see what, and it is archived
        assert (scanning.folder / "artifacts/ci/trivy/gate.txt").read_text() == "CVE-1 HIGH\n"


def test_an_image_by_tag_is_no_release(scanning: Workspace) -> None:
    scanning.released("docker.io/realeyez/realeyez:1")
    assert "no image by digest" in scanning.fails("08-trivy.sh", **RELEASE)


def test_a_tool_that_is_missing_fails_and_is_named(scanning: Workspace) -> None:
    (scanning.fakes / "trivy").unlink()
    if shutil.which("trivy"):
        pytest.skip("a real trivy is on PATH")
    assert "trivy is not on PATH" in scanning.fails("08-trivy.sh", **RELEASE)


def test_exceptions_have_reasons_and_an_end() -> None:
    held = yaml.safe_load(Path(ROOT / ".trivyignore.yaml").read_text())
    for exception in [*held["vulnerabilities"], *held["secrets"]]:
        assert len(exception["statement"]) > 20
        assert exception["expired_at"]
