"""From a trouble to somebody's telephone: service, Prometheus, Alertmanager, a receiver. Really.

The rules and routes are the repository's, forty times faster.
"""

import asyncio
import http.server
import json
import queue
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml
from tests.infra.monitoring.daemons import Prometheus, running, webserver
from tests.infra.monitoring.load import flood, load, visit
from tests.infra.monitoring.world import (
    MONITORING,
    alertmanager,
    at,
    configure,
    faster,
    metrics_key,
    prometheus,
)
from tests.serving import Serving, free_port, serving

pytestmark = pytest.mark.slow

TIMES = 40


class _Receiver(http.server.BaseHTTPRequestHandler):
    """Whoever is told: by the path, page, ticket or heartbeat."""

    told: ClassVar[queue.Queue[tuple[str, str, str]]] = queue.Queue()

    def do_POST(self) -> None:
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        for alert in said["alerts"]:
            name = alert["labels"]["alertname"]
            self.told.put((self.path.strip("/"), name, alert["status"]))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def hear(receiver: str, name: str, status: str, seconds: float = 180) -> None:
    """Wait until that is told; what else is told meanwhile is passed over."""
    others = set()
    try:
        while (said := _Receiver.told.get(timeout=seconds)) != (receiver, name, status):
            others.add(said)
    except queue.Empty:
        raise AssertionError(f"{receiver} never heard {name} {status}, but {others}") from None


@dataclass
class House:
    folder: Path
    port: int
    prometheus: Prometheus

    def service(self) -> Any:
        """The service, with room for one picture at a time."""
        return serving(self.folder, port=self.port, max_waiting="1", drain_seconds="0")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder, port = tmp_path_factory.mktemp("house"), free_port()
    ports = {name: free_port() for name in ("prometheus", "alertmanager", "node")}
    with ExitStack() as stack:
        receiver = stack.enter_context(webserver(_Receiver)).server_port
        routes = (MONITORING / "alertmanager" / "alertmanager.yml").read_text()
        configuration = yaml.safe_load(faster(routes, TIMES))
        configuration["receivers"] = [
            {
                "name": one["name"],
                "webhook_configs": [{"url": f"http://127.0.0.1:{receiver}/{one['name']}"}],
            }
            for one in configuration["receivers"]
        ]
        (folder / "alertmanager.yml").write_text(yaml.safe_dump(configuration))
        stack.enter_context(
            alertmanager(folder, folder / "alertmanager.yml", ports["alertmanager"])
        )
        targets = {name: at(f"127.0.0.1:{number}") for name, number in ports.items()}
        targets["realeyez"] = at(f"127.0.0.1:{port}")
        key = asyncio.run(metrics_key(folder))
        stack.enter_context(
            running(
                ["prometheus-node-exporter", f"--web.listen-address=127.0.0.1:{ports['node']}"],
                folder / "node.log",
            )
        )
        configured = configure(folder, targets, key, TIMES)
        server = stack.enter_context(prometheus(folder, configured, ports["prometheus"]))
        yield House(folder, port, server)


def test_alerts_arrive_and_end(house: House) -> None:
    service: Serving
    with house.service() as service:
        hear("heartbeat", "Watchdog", "firing")
        with load(flood(service.url), threads=6):  # six at a time, where one has room
            hear("page", "AvailabilityBudgetBurnsFast", "firing")
        with load(partial(visit, service.url), pause=0.05):
            hear("page", "AvailabilityBudgetBurnsFast", "resolved", seconds=240)
    hear("page", "ServiceDown", "firing")
    with house.service():
        hear("page", "ServiceDown", "resolved")
