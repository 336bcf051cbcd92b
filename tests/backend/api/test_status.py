"""The status page: what it tells, and that it needs nothing but itself."""

import re
import xml.etree.ElementTree as ET

import pytest
from tests.backend.api.conftest import Client
from tests.pictures import encode, scene

from realeyez.api.charts import Series, bars, lines, share
from realeyez.api.keys import METRICS


async def page(client: Client) -> str:
    response = await client.get("/status")
    assert response.status == 200
    assert response.headers["Cache-Control"] == "no-store"
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    return await response.text()


def figure(text: str, name: str) -> str:
    found = re.search(f"<dt>{name}[^<]*</dt><dd>([^<]*)</dd>", text)
    assert found
    return found[1]


async def test_it_tells_of_the_last_hour(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    recent = client.app[METRICS].recent
    monkeypatch.setattr(recent, "_clock", lambda: 0.0)  # all of it in one minute
    for seed in (0, 1, 1):
        await client.post("/v1/check?priority=feed", data=encode(scene(seed=seed)))
    await client.post("/v1/check", data=b"no picture")
    client.app[METRICS].observe_refusal("interactive", ours=True)
    text = await page(client)
    assert figure(text, "answered") == "3"
    assert figure(text, "rejected") == "1"
    assert figure(text, "failed") == "1"
    assert figure(text, "95 % of interactive") == "–"
    assert figure(text, "95 % of the feed").endswith("\u00a0s")
    assert 'Pictures answered in the last hour: 0 interactive, 3 feed"' in text
    assert "<td>0</td><td>3</td><td>1</td><td>1</td>" in text


async def test_an_idle_service_says_so(client: Client) -> None:
    text = await page(client)
    assert "No pictures in the last hour." in text
    assert figure(text, "answered") == "0"


async def test_it_needs_no_script_and_no_style_of_its_own(client: Client) -> None:
    await client.post("/v1/check", data=encode(scene()))
    text = await page(client)
    for forbidden in ("<script", "<style", "style=", "http:", "https:", "javascript:"):
        assert forbidden not in text
    for name in ("style.css", "status.css", "icon.svg"):
        assert (await client.get(f"/static/{name}")).status == 200
    charts = re.findall(r"<svg.*?</svg>", text, re.S)
    assert len(charts) == 3
    for chart in charts:
        assert ET.fromstring(chart).get("aria-label")  # noqa: S314


def shapes(svg: str, tag: str, kind: str) -> list[dict[str, str]]:
    return [part.attrib for part in ET.fromstring(svg).iter(tag) if part.get("class") == kind]  # noqa: S314


def test_bars_are_stacked_and_in_proportion() -> None:
    svg = bars("t", "s", [Series("a", [1, 0, 2]), Series("b", [1, 4, None])])
    low, high = shapes(svg, "rect", "a")[0], shapes(svg, "rect", "b")[0]
    assert float(low["height"]) == float(high["height"])
    assert float(high["y"]) + float(high["height"]) == float(low["y"])
    assert len(shapes(svg, "rect", "a")) == 2  # nothing is drawn for 0
    tallest = shapes(svg, "rect", "b")[1]
    assert float(tallest["height"]) == 4 * float(low["height"])
    assert ">5<" in svg  # the axis ends at a round figure


def test_lines_are_interrupted_where_there_is_nothing() -> None:
    svg = lines("t", "s", [Series("a", [0.1, 0.2, None, 0.1, 0.3, None, 0.2])], [])
    assert [len(run["points"].split()) for run in shapes(svg, "polyline", "a")] == [2, 2]
    assert len(shapes(svg, "circle", "a")) == 1


def test_shares_fill_the_bar_and_none_leaves_it_empty() -> None:
    svg = share("t", "s", [("ai", 1), ("real", 3)])
    assert float(shapes(svg, "rect", "real")[0]["width"]) == 540
    assert float(shapes(share("t", "s", [("ai", 0)]), "rect", "ai")[0]["width"]) == 0


def test_what_is_said_is_escaped() -> None:
    assert "&lt;b&gt;&quot;" in share('<b>"', "s", [])
