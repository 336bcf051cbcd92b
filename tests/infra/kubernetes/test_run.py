"""The base really run, by `podman kube play`: the tables, a key, the service, a verdict.

Podman knows pods and Deployments. Of the job it runs the pod; what is a cluster's own (network
policies, autoscaler, ingress) it passes over. The pods share this machine's network, in which ports
have no names.
"""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml
from tests.infra.image import IMAGE, Podman, check, free_port, wait_until_ready
from tests.infra.kubernetes.conftest import KUBERNETES, Object, objects, of_kind, pod_spec
from tests.infra.postgres import Server, postgres_server


@pytest.fixture(scope="module")
def postgres() -> Iterator[Server]:
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="module")
def secret(podman: Podman, postgres: Server) -> Iterator[str]:
    """realeyez-database, as podman keeps the secrets of Kubernetes."""
    name = "realeyez-database"
    location = postgres.location(postgres.new_database()).encode()
    podman.start("secret", "rm", name)
    value = json.dumps({"url": base64.b64encode(location).decode()})
    podman("secret", "create", name, "-", input=value)
    yield name
    podman("secret", "rm", name)


def with_our_image(item: Object) -> Object:
    text = yaml.safe_dump(item)
    (name,) = {line.split()[-1] for line in text.splitlines() if "image: " in line}
    return dict(yaml.safe_load(text.replace(name, IMAGE)))


def without_port_names(deployment: Object, port: int) -> Object:
    (container,) = pod_spec(deployment)["containers"]
    del container["ports"]
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        container[probe]["httpGet"]["port"] = port
    return deployment


@contextmanager
def playing(podman: Podman, folder: Path, *items: Object) -> Iterator[None]:
    file = folder / "play.yaml"
    file.write_text(yaml.safe_dump_all(items))
    podman("kube", "play", "--replace", "--network", "host", file)
    try:
        yield
    finally:
        podman.start("kube", "down", str(file))


def test_the_base_runs(podman: Podman, secret: str, tmp_path: Path) -> None:
    base = objects(KUBERNETES / "base")
    shell = with_our_image(of_kind(objects(KUBERNETES / "shell"), "Pod"))
    job = with_our_image(of_kind(base, "Job"))
    migrate = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": job["metadata"],
        "spec": job["spec"]["template"]["spec"],
    }
    with playing(podman, tmp_path, migrate):
        ended = podman("wait", "realeyez-migrate-migrate").strip()
        log = podman.start("logs", "realeyez-migrate-migrate")
        assert ended == "0", log
        assert "The database is at revision" in log.stdout
    with playing(podman, tmp_path, shell):
        make = ["exec", "realeyez-shell-shell", "realeyez", "keys", "create", "me"]
        key = podman(*make).strip()

    port = free_port()  # this machine's 8000 may be taken
    settings = of_kind(base, "ConfigMap")
    settings["data"] |= {"REALEYEZ_PORT": str(port), "REALEYEZ_DRAIN_SECONDS": "0"}
    others = [item for item in base if item["kind"] not in ("Job", "ConfigMap", "Deployment")]
    deployment = without_port_names(with_our_image(of_kind(base, "Deployment")), port)
    name = "realeyez-pod-0-realeyez"
    with playing(podman, tmp_path, settings, *others, deployment):
        wait_until_ready(podman, name, port)
        answer = check(port, key)
        assert answer.status_code == 200, answer.text
        assert check(port, "rk_none").status_code == 401
        (container,) = json.loads(podman("inspect", name))
        assert container["Config"]["User"].split(":")[0] == "10001"
        assert container["HostConfig"]["ReadonlyRootfs"] is True
        assert container["EffectiveCaps"] in (None, [])
        assert container["HostConfig"]["Memory"] == 3 * 2**30
        assert podman.start("exec", name, "touch", "/x").returncode != 0
