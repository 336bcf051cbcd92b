"""deploy/compose.yaml. No registry is reached here, so that it is not brought up.

Its parts are: the image in test_image.py, NGINX in ../nginx, Prometheus in ../monitoring.
"""

import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.conftest import ROOT
from tests.infra.tools import need, of_python, run

from realeyez import __version__
from realeyez.settings import Settings

FILE = ROOT / "deploy" / "compose.yaml"
SECRETS = {"POSTGRES_PASSWORD": "a" * 64, "GRAFANA_PASSWORD": "b" * 64}
OURS = {"setup", "realeyez-1", "realeyez-2"}


@pytest.fixture(scope="module")
def compose(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The file as Docker Compose understands it, held to its schema."""
    need("docker-compose")
    # Debian's Compose is older than the name of a project in its file; all else it knows.
    text, count = re.subn(r"^name: realeyez\n", "", FILE.read_text(), flags=re.MULTILINE)
    assert count == 1
    command = ("docker-compose", "--file", "-", "config")
    told = run(*command, folder=FILE.parent, input=text, **SECRETS)
    return dict(yaml.safe_load(told))


@pytest.fixture(scope="module")
def services(compose: dict[str, Any]) -> dict[str, Any]:
    return dict(compose["services"])


def settings(service: dict[str, Any]) -> dict[str, str]:
    return {
        name.removeprefix("REALEYEZ_").lower(): str(value)
        for name, value in service["environment"].items()
        if name.startswith("REALEYEZ_")
    }


def test_podmans_compose_reads_it_alike(services: dict[str, Any]) -> None:
    told = yaml.safe_load(run(of_python("podman-compose"), "--file", FILE, "config", **SECRETS))
    assert told["name"] == "realeyez"
    assert told["services"].keys() == services.keys()


@pytest.mark.parametrize("missing", SECRETS)
def test_it_does_not_start_without_its_secrets(missing: str) -> None:
    need("docker-compose")
    given = {name: value for name, value in SECRETS.items() if name != missing}
    text = FILE.read_text().replace("name: realeyez\n", "", 1)
    with pytest.raises(AssertionError, match=r"see \.env\.example"):
        run("docker-compose", "--file", "-", "config", input=text, **given, **{missing: ""})


def test_the_example_has_every_variable_and_no_other() -> None:
    used = set(re.findall(r"\$\{([A-Z_]+)", FILE.read_text()))
    example = (FILE.parent / ".env.example").read_text()
    assert set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE)) == used
    for name in SECRETS:
        assert f"\n{name}=\n" in example, "no secret in the example"


def test_all_is_there() -> None:
    parts = {"database", "nginx", "prometheus", "alertmanager", "grafana", "node-exporter"}
    assert parts | OURS <= yaml.safe_load(FILE.read_text())["services"].keys()


def test_images_are_pinned(services: dict[str, Any]) -> None:
    for name, service in services.items():
        if name in OURS:
            assert service["image"] == f"realeyez:{__version__}"
        else:
            assert re.fullmatch(
                r"docker\.io/[a-z/-]+:v?\d+\.\d+(\.\d+)?(-[a-z]+)?", service["image"]
            )


def test_nginx_alone_has_published_ports(services: dict[str, Any]) -> None:
    published = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert published.keys() == {"nginx"}
    assert {port["published"] for port in published["nginx"]} == {80, 443}
    assert not [name for name, service in services.items() if "network_mode" in service]


def test_all_are_locked_down(services: dict[str, Any]) -> None:
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["pids_limit"], name
        assert "privileged" not in service, name
        assert service.get("cap_add", []) == (["CHOWN"] if name == "setup" else []), name
        assert (service.get("user") == "0:0") == (name == "setup"), name


def test_every_file_that_is_mounted_is_there(services: dict[str, Any]) -> None:
    for name, service in services.items():
        for volume in service.get("volumes", []):
            source, _, rest = volume.partition(":")
            if source.startswith("/"):
                assert Path(source).exists(), f"{name} mounts {source}"
                assert rest.endswith((":ro", ":ro,rslave")), f"{name} could write to {source}"


def test_every_setting_is_one_of_the_services(
    services: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("REALEYEZ_")]:
        monkeypatch.delenv(name)
    for name in OURS:
        given = settings(services[name])
        assert given.keys() <= Settings.model_fields.keys()
        for setting, value in given.items():
            monkeypatch.setenv(f"REALEYEZ_{setting.upper()}", value)
        understood = Settings()
        assert understood.keys_required
        assert understood.hosts == ("localhost", "realeyez-1", "realeyez-2")
        assert understood.database == f"postgresql://realeyez:{'a' * 64}@database/realeyez"


def test_a_replica_has_time_to_finish(services: dict[str, Any]) -> None:
    defaults = Settings(host="0.0.0.0")  # noqa: S104 - as in the image
    for name in ("realeyez-1", "realeyez-2"):
        grace = int(services[name]["stop_grace_period"].removesuffix("s"))
        assert grace >= defaults.drains_for + defaults.finish_seconds + 5


def test_nginx_knows_where_the_replicas_are(compose: dict[str, Any]) -> None:
    text = (ROOT / "deploy" / "nginx" / "replicas.conf").read_text()
    known = set(re.findall(r"^ *server ([0-9.]+):8000 ", text, re.MULTILINE))
    services = compose["services"]
    replicas = [service for name, service in services.items() if name.startswith("realeyez-")]
    assert known == {one["networks"]["service"]["ipv4_address"] for one in replicas}


def test_pictures_wait_in_memory_only(services: dict[str, Any]) -> None:
    for name in ("nginx", "realeyez-1", "realeyez-2"):
        assert any(mount.startswith("/tmp:size=") for mount in services[name]["tmpfs"]), name  # noqa: S108
    temporary = re.findall(
        r"^\s*client_body_temp_path (\S+);", (ROOT / "deploy/nginx/nginx.conf").read_text(), re.M
    )
    assert temporary == ["/tmp/client_body"]  # noqa: S108


def test_the_services_network_leads_nowhere(compose: dict[str, Any]) -> None:
    assert compose["networks"]["service"]["internal"] is True
    for name in ("realeyez-1", "realeyez-2", "database"):
        assert set(compose["services"][name]["networks"]) == {"service"}


def test_what_prometheus_asks_is_here(services: dict[str, Any]) -> None:
    files = sorted((ROOT / "monitoring" / "prometheus" / "targets").glob("*.yml"))
    targets = {
        target.partition(":")[0]
        for file in files
        for group in yaml.safe_load(file.read_text())
        for target in group["targets"]
    }
    assert targets - {"localhost"} <= services.keys()
    assert {"realeyez-1", "realeyez-2", "nginx-exporter", "node-exporter"} <= targets
    hosts = settings(services["realeyez-1"])["hosts"].split(",")
    assert {"realeyez-1", "realeyez-2"} <= set(hosts)  # by these names it is asked
