"""The whole house on loopback: the service under load, exporters, Prometheus, Alertmanager.

python -m tests.infra.monitoring.world SECONDS    keeps it running, and says where Prometheus is
"""

import asyncio
import http.server
import re
import shutil
import ssl
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.conftest import ROOT
from tests.infra.monitoring.daemons import Prometheus, answers, running, wait_for, webserver
from tests.infra.monitoring.load import load, visit
from tests.serving import free_port, serving

from realeyez.db.store import Store

MONITORING = ROOT / "monitoring"
SAMPLES = Path(__file__).parent / "samples"

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_DURATION = re.compile(
    r"(?P<before>\[|\b(?:for|group_wait|group_interval|repeat_interval): )"
    r"(?P<n>\d+)(?P<unit>ms|[smhd])\b"
)


def faster(text: str, times: float) -> str:
    """Rules or routes whose ranges and waits are that much shorter; all else as it was."""

    def shorter(found: re.Match[str]) -> str:
        milliseconds = int(found["n"]) * _UNITS[found["unit"]] * 1000 / times
        return f"{found['before']}{round(milliseconds)}ms"

    return _DURATION.sub(shorter, text)


def configure(folder: Path, targets: Mapping[str, str], key: str, times: float = 1.0) -> Path:
    """Prometheus' configuration of the repository, for these targets, asked every other second."""
    copy = folder / "prometheus"
    shutil.copytree(MONITORING / "prometheus", copy)
    for path in (copy / "targets").iterdir():
        path.unlink()
    for job, target in targets.items():
        (copy / "targets" / f"{job}.yml").write_text(target)
    for path in (copy / "rules").iterdir():
        path.write_text(faster(path.read_text(), times))
    (copy / "secrets").mkdir()
    (copy / "secrets" / "metrics-key").write_text(key)
    path = copy / "prometheus.yml"
    path.write_text(re.sub(r"_interval: \d+[sm]", "_interval: 2s", path.read_text()))
    return path


def at(address: str) -> str:
    """A file of targets with one."""
    return f'- targets: ["{address}"]\n'


@contextmanager
def prometheus(folder: Path, configuration: Path, port: int) -> Iterator[Prometheus]:
    command = [
        "prometheus",
        f"--config.file={configuration}",
        f"--storage.tsdb.path={folder / 'tsdb'}",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    with running(command, folder / "prometheus.log"):
        wait_for("Prometheus", partial(answers, f"http://127.0.0.1:{port}/-/ready"))
        yield Prometheus(f"http://127.0.0.1:{port}")


@contextmanager
def alertmanager(folder: Path, configuration: Path, port: int) -> Iterator[str]:
    command = [
        "prometheus-alertmanager",
        f"--config.file={configuration}",
        f"--storage.path={folder / 'alertmanager'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=",
    ]
    with running(command, folder / "alertmanager.log"):
        wait_for("Alertmanager", partial(answers, f"http://127.0.0.1:{port}/-/ready"))
        yield f"http://127.0.0.1:{port}"


async def metrics_key(folder: Path) -> str:
    """An API key in the database of a service in that folder."""
    async with Store.running(f"sqlite:///{folder}/realeyez.db") as store:
        return (await store.create_key("monitoring"))[1]


class _Samples(http.server.BaseHTTPRequestHandler):
    """Exporters of what is not here, played from samples: /NAME/metrics."""

    def do_GET(self) -> None:
        path = SAMPLES / f"{self.path.strip('/').split('/')[0]}.prom"
        self.send_response(200 if path.is_file() else 404)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.end_headers()
        if path.is_file():
            self.wfile.write(path.read_bytes())

    def log_message(self, *_: object) -> None:
        pass


class _Site(http.server.BaseHTTPRequestHandler):
    """A site with TLS."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def certificate(folder: Path, days: int) -> tuple[Path, Path]:
    """A certificate of 127.0.0.1 that ends in so many days, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False
        )
        .sign(key, hashes.SHA256())
    )
    paths = folder / "site.pem", folder / "site.key"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths


@contextmanager
def site(folder: Path, days: int) -> Iterator[str]:
    """A site on loopback; the one that looks at it must trust `site.pem`."""
    pem, key = certificate(folder, days)
    with webserver(_Site) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem, key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        yield f"https://127.0.0.1:{server.server_port}"


@dataclass(frozen=True)
class World:
    """What is running; `jobs` is who really does, the others are samples."""

    prometheus: Prometheus
    service: str
    jobs: frozenset[str] = field(
        default=frozenset({"realeyez", "node", "prometheus", "alertmanager", "blackbox"})
    )


SAMPLED = ("dcgm", "nginx", "postgres", "jenkins", "cloudwatch")


@contextmanager
def world(folder: Path) -> Iterator[World]:
    """All of it, with the rules as they are, and a load of visitors."""
    ports = {name: free_port() for name in ("prometheus", "alertmanager", "node", "blackbox")}
    local = {name: f"127.0.0.1:{port}" for name, port in ports.items()}
    with ExitStack() as stack:
        enter = stack.enter_context
        key = asyncio.run(metrics_key(folder))
        service = enter(serving(folder))
        samples = enter(webserver(_Samples)).server_port
        address = enter(site(folder, days=40))
        targets = {name: at(local[name]) for name in ("prometheus", "alertmanager", "node")}
        targets["realeyez"] = at(service.url.removeprefix("http://"))
        targets["blackbox"] = at(address) + f'  labels: {{__exporter__: "{local["blackbox"]}"}}\n'
        for job in SAMPLED:
            path = f"  labels: {{__metrics_path__: /{job}/metrics}}\n"
            targets[job] = at(f"127.0.0.1:{samples}") + path
        enter(
            running(
                ["prometheus-node-exporter", f"--web.listen-address={local['node']}"],
                folder / "node.log",
            )
        )
        trusting = (MONITORING / "blackbox" / "blackbox.yml").read_text()
        (folder / "blackbox.yml").write_text(
            f"{trusting}      tls_config: {{ca_file: {folder / 'site.pem'}}}\n"
        )
        enter(
            running(
                [
                    "prometheus-blackbox-exporter",
                    f"--config.file={folder / 'blackbox.yml'}",
                    f"--web.listen-address={local['blackbox']}",
                ],
                folder / "blackbox.log",
            )
        )
        routes = MONITORING / "alertmanager" / "alertmanager.yml"
        enter(alertmanager(folder, routes, ports["alertmanager"]))
        configuration = configure(folder, targets, key)
        server = enter(prometheus(folder, configuration, ports["prometheus"]))
        enter(load(partial(visit, service.url), pause=0.1))
        yield World(server, service.url)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name, world(Path(name)) as running_world:
        print(running_world.prometheus.url, running_world.service, flush=True)
        threading.Event().wait(float(sys.argv[1]))
