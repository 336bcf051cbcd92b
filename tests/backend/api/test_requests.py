"""Ids and counts of requests."""

import asyncio
import io

import pytest
from prometheus_client.parser import text_string_to_metric_families
from tests.backend.api.conftest import Client
from tests.pictures import LIMIT

from realeyez import logs
from realeyez.api.keys import SWITCH


async def samples(client: Client) -> dict[tuple[str, ...], float]:
    text = await (await client.get("/metrics")).text()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.mark.parametrize("path", ["/v1/check", "/nowhere", "/v1/check?unknown=1"])
async def test_a_problem_names_the_request(client: Client, path: str) -> None:
    response = await client.post(path, data=b"no picture", headers={"X-Request-Id": "q_1"})
    assert response.headers["X-Request-Id"] == "q_1"
    assert (await response.json())["instance"] == "urn:realeyez:request:q_1"


async def test_every_answer_has_an_id_of_its_own(client: Client) -> None:
    paths = ("/", "/static/app.js", "/v1/model", "/health/live", "/metrics", "/openapi.json")
    ids = {(await client.get(path)).headers["X-Request-Id"] for path in paths * 2}
    assert len(ids) == 2 * len(paths)


async def test_records_of_a_request_carry_its_id(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    async def fail(data: bytes, **how: object) -> None:
        await asyncio.sleep(0)
        seen.append(logs.request_id.get())
        raise RuntimeError

    monkeypatch.setattr(client.app[SWITCH], "check", fail)
    names = [f"r{number}" for number in range(5)]
    await asyncio.gather(
        *(client.post("/v1/check", data=b"x", headers={"X-Request-Id": name}) for name in names)
    )
    assert sorted(seen) == names
    assert (await samples(client))["realeyez_refused_total", "internal"] == 5


async def test_what_was_refused_is_counted_by_reason(client: Client) -> None:
    await client.post("/v1/check", data=b"")
    await client.post("/v1/check", data=io.BytesIO(bytes(LIMIT + 1_000_000)))
    counted = await samples(client)
    assert counted["realeyez_refused_total", "empty"] == 1
    assert counted["realeyez_refused_total", "too-many-bytes"] == 1


async def test_methods_of_a_callers_own_are_no_labels(client: Client) -> None:
    """The parser knows more of them than HTTP has."""
    await client.request("MKACTIVITY", "/")
    await client.request("PURGE", "/")
    counted = await samples(client)
    methods = {key[1] for key in counted if key[0] == "realeyez_http_requests_total"}
    assert methods <= {"GET", "unknown"}


async def test_who_does_not_wait_is_counted_in_and_out(client: Client) -> None:
    async def until(name: tuple[str, ...], value: float) -> None:
        async with asyncio.timeout(20):
            while True:
                if (await samples(client)).get(name) == value:
                    return
                await asyncio.sleep(0.02)

    _, writer = await asyncio.open_connection(client.host, client.port)
    writer.write(b"POST /v1/check HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000\r\n\r\nabc")
    await writer.drain()
    await until(("realeyez_upload_bytes",), 3)
    writer.close()
    await until(("realeyez_http_requests_total", "POST", "/v1/check", "499"), 1)
    await until(("realeyez_upload_bytes",), 0)
