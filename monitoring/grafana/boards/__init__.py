"""Grafana's boards as code. `python -m monitoring.grafana.boards` writes dashboards/*.json."""

from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard
from monitoring.grafana.boards import gpu, hosts, model, pipeline, service

BOARDS: dict[str, Dashboard] = {
    "service": service.BOARD,
    "model": model.BOARD,
    "hosts": hosts.BOARD,
    "gpu": gpu.BOARD,
    "pipeline": pipeline.BOARD,
}


def as_json(board: Dashboard) -> str:
    """The board as its file has it."""
    return JSONEncoder(sort_keys=True, indent=1).encode(board) + "\n"
