"""Grafana's boards: up to date, and every panel shows something of the real thing."""

import json
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from monitoring.grafana.boards import BOARDS, as_json
from tests.infra.monitoring.daemons import wait_for
from tests.infra.monitoring.world import MONITORING, SAMPLED, SAMPLES, World, world

GRAFANA = MONITORING / "grafana"

# Panels that need what is not here: (board, panel; "" is all of them) → whose sample they show.
# Names and labels of the samples are those of the exporters; their figures are made up.
NEEDS = {
    ("gpu", ""): "dcgm",
    ("pipeline", "Last result"): "jenkins",
    ("pipeline", "Builds that fail"): "jenkins",
    ("pipeline", "Builds that wait"): "jenkins",
    ("pipeline", "Executors at work"): "jenkins",
    ("pipeline", "Duration"): "jenkins",
    ("pipeline", "AWS, this month so far"): "cloudwatch",
    ("pipeline", "Cost of a thousand pictures"): "cloudwatch",
    ("hosts", "NGINX, requests"): "nginx",
    ("hosts", "NGINX, connections"): "nginx",
    ("hosts", "PostgreSQL, connections"): "postgres",
    ("hosts", "PostgreSQL, size"): "postgres",
}
# Rules with other names than the metrics that they are made of.
MADE_OF = {"gpu:memory:used": "DCGM_FI_DEV_FB_USED"}


class Shown(NamedTuple):
    board: str
    panel: str
    expr: str


def panels(board: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for panel in board["panels"]:
        if panel["type"] == "row":
            yield from panel.get("panels", [])
        else:
            yield panel


def committed(name: str) -> dict[str, Any]:
    board: dict[str, Any] = json.loads((GRAFANA / "dashboards" / f"{name}.json").read_text())
    return board


SHOWN = [
    Shown(name, panel["title"], target["expr"])
    for name in BOARDS
    for panel in panels(committed(name))
    for target in panel["targets"]
]


def sample_of(shown: Shown) -> str | None:
    return NEEDS.get((shown.board, "")) or NEEDS.get((shown.board, shown.panel))


def names(path: Path) -> set[str]:
    """The metrics of a sample."""
    return set(re.findall(r"^([A-Za-z_]\w*)[{ ]", path.read_text(), re.M))


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("world")) as running:
        wait_for(
            "figures of every target",
            lambda: (
                {job for job, health in running.prometheus.targets().items() if health == {"up"}}
                >= running.jobs | set(SAMPLED)
            ),
        )
        yield running


@pytest.mark.parametrize("name", BOARDS)
def test_the_committed_board_is_up_to_date(name: str) -> None:
    """Else: python -m monitoring.grafana.boards."""
    assert (GRAFANA / "dashboards" / f"{name}.json").read_text() == as_json(BOARDS[name])


def test_no_board_is_left_over() -> None:
    assert {path.stem for path in (GRAFANA / "dashboards").iterdir()} == set(BOARDS)


@pytest.mark.parametrize("name", BOARDS)
def test_boards_are_laid_out(name: str) -> None:
    board = committed(name)
    assert board["uid"] == f"realeyez-{name}"
    places = set()
    for panel in panels(board):
        assert panel["description"].endswith(".")
        assert panel["fieldConfig"]["defaults"]["unit"]
        assert panel["datasource"] == {"type": "prometheus", "uid": "prometheus"}
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        places.add((place["x"], place["y"]))
    assert len(places) == len(list(panels(board)))


def test_the_boards_find_their_source() -> None:
    path = GRAFANA / "provisioning" / "datasources" / "prometheus.yml"
    (source,) = yaml.safe_load(path.read_text())["datasources"]
    assert (source["type"], source["uid"]) == ("prometheus", "prometheus")


def shown_now(running: World, expr: str) -> list[dict[str, Any]] | None:
    """What Grafana would show at this moment; None if there is nothing."""
    asked = expr.replace("$__rate_interval", "20s").replace("$__range", "1m")
    series = running.prometheus.query(asked)
    return series if any(one["value"][1] != "NaN" for one in series) else None


@pytest.mark.parametrize("shown", SHOWN, ids=lambda shown: f"{shown.board}-{shown.panel}")
def test_every_panel_shows_something(here: World, shown: Shown) -> None:
    series = wait_for(f"figures for {shown}", partial(shown_now, here, shown.expr))
    sampled = {name for path in SAMPLES.iterdir() for name in names(path)}
    used = set(re.findall(r"[A-Za-z_:][\w:]*", shown.expr))
    used |= {MADE_OF[name] for name in used & MADE_OF.keys()}
    needs = sample_of(shown)
    if needs is None:
        assert not used & sampled, "it shows a sample: list it in NEEDS"
        assert {one["metric"].get("job") for one in series} <= {None, *here.jobs, *SAMPLED}
    else:
        assert used & names(SAMPLES / f"{needs}.prom")


def test_only_what_needs_it_is_a_sample() -> None:
    known = {(shown.board, shown.panel) for shown in SHOWN} | {(name, "") for name in BOARDS}
    assert known >= NEEDS.keys()
    assert set(NEEDS.values()) == {path.stem for path in SAMPLES.iterdir()} == set(SAMPLED)


def test_every_rule_is_evaluated(here: World) -> None:
    def healthy() -> bool:
        return all(rule["health"] == "ok" for rule in here.prometheus.rules())

    wait_for("rules without errors", healthy)
    assert len(here.prometheus.rules()) > 70
