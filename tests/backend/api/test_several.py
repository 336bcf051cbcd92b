"""Several pictures in one call, each with its own outcome."""

import asyncio
import hashlib
import io
from typing import Any

import aiohttp
import pytest
from tests.backend.api.conftest import Client, Serve
from tests.pictures import BAD, LIMIT, encode, scene

from realeyez.api.keys import IN_FLIGHT, SWITCH
from realeyez.pipeline.types import Verdict

PICTURES = [encode(scene(seed=seed)) for seed in range(4)]


def form(*pictures: bytes) -> aiohttp.FormData:
    fields = aiohttp.FormData()
    for number, data in enumerate(pictures):
        fields.add_field("note", "between them")
        fields.add_field("image", io.BytesIO(data), filename=f"{number}.jpg")
    return fields


async def results_of(client: Client, *pictures: bytes, **how: Any) -> list[dict[str, Any]]:
    response = await client.post("/v1/check", data=form(*pictures), **how)
    assert response.status == 200, await response.text()
    answer = await response.json()
    assert list(answer) == ["results"]
    results: list[dict[str, Any]] = answer["results"]
    return results


async def test_verdicts_are_in_order(client: Client) -> None:
    results = await results_of(client, *PICTURES, PICTURES[0])
    verdicts = [Verdict.model_validate(result) for result in results]
    assert [verdict.image.sha256 for verdict in verdicts] == [
        hashlib.sha256(data).hexdigest() for data in (*PICTURES, PICTURES[0])
    ]
    assert verdicts[0].id == verdicts[-1].id
    assert client.app[IN_FLIGHT].count == 0


async def test_each_has_its_own_outcome(client: Client) -> None:
    results = await results_of(client, *(data for data, _ in BAD.values()), PICTURES[0])
    slugs = [result.get("type", "").removeprefix("urn:realeyez:problem:") for result in results]
    assert slugs == [*(slug for _, slug in BAD.values()), ""]
    for result in results[:-1]:
        assert result["status"] >= 400
        assert result["detail"].endswith(".")
    Verdict.model_validate(results[-1])


async def test_a_failure_inside_is_one_pictures_alone(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    works = client.app[SWITCH].check

    async def fails_at_the_first(data: bytes, **how: Any) -> Verdict:
        if data == PICTURES[0]:
            raise RuntimeError("secret of the inside")
        return await works(data, **how)

    monkeypatch.setattr(client.app[SWITCH], "check", fails_at_the_first)
    first, second = await results_of(client, *PICTURES[:2])
    assert (first["status"], first["type"]) == (500, "urn:realeyez:problem:internal")
    assert "secret" not in str(first)
    assert "secret" in caplog.text
    Verdict.model_validate(second)


async def test_they_are_checked_at_the_same_time(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    works = client.app[SWITCH].check
    all_here = asyncio.Barrier(len(PICTURES))

    async def together(data: bytes, **how: Any) -> Verdict:
        await asyncio.wait_for(all_here.wait(), 60)
        return await works(data, **how)

    monkeypatch.setattr(client.app[SWITCH], "check", together)
    for result in await results_of(client, *PICTURES):
        Verdict.model_validate(result)


async def test_each_takes_a_place(serve: Serve) -> None:
    client = await serve(max_waiting=2)
    results = await results_of(client, *PICTURES)
    assert [result.get("status", 200) for result in results] == [200, 200, 429, 429]
    assert results[-1]["type"] == "urn:realeyez:problem:busy"
    assert client.app[IN_FLIGHT].count == 0


async def test_each_counts_for_the_keys_rate(serve: Serve, token: str) -> None:
    client = await serve(rate_per_minute=1, rate_burst=3)
    headers = {"Authorization": f"Bearer {token}"}
    results = await results_of(client, *PICTURES, headers=headers)
    assert [result.get("status", 200) for result in results] == [200, 200, 200, 429]
    assert results[-1]["type"] == "urn:realeyez:problem:too-often"


async def test_too_many_pictures_in_a_call(serve: Serve) -> None:
    client = await serve(max_pictures=3)
    response = await client.post("/v1/check", data=form(*PICTURES))
    assert response.status == 413
    assert (await response.json())["type"] == "urn:realeyez:problem:too-many-pictures"
    await results_of(client, *PICTURES[:3])
    assert client.app[IN_FLIGHT].count == 0


@pytest.mark.parametrize("name", ["image", "note"])
async def test_too_many_bytes_in_a_call(serve: Serve, name: str) -> None:
    """Whatever they are: also what is not kept has to arrive."""
    client = await serve(max_bytes=LIMIT, max_call_bytes=2 * LIMIT)
    fields = form(PICTURES[0])
    for _ in range(3):
        fields.add_field(name, io.BytesIO(bytes(LIMIT)), filename="zeros")
    response = await client.post("/v1/check", data=fields)
    assert response.status == 413
    assert (await response.json())["type"] == "urn:realeyez:problem:too-many-bytes"
    assert client.app[IN_FLIGHT].count == 0


async def test_a_part_that_is_multipart_itself_is_refused(client: Client) -> None:
    body = (
        b"--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n"
        b"--y\r\n\r\nz\r\n--y--\r\n--x--\r\n"
    )
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    response = await client.post("/v1/check", data=body, headers=headers)
    assert response.status == 400
