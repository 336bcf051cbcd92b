"""What only monitoring asks: whose fault, what people say, what files claim, what is expected."""

import asyncio
from typing import Any

import pytest
from aiohttp import FormData
from PIL.PngImagePlugin import PngInfo
from prometheus_client.parser import text_string_to_metric_families
from tests.backend.api.conftest import Client, Serve
from tests.pictures import encode, scene

from realeyez.api.keys import METRICS, SWITCH
from realeyez.models import Model
from realeyez.models.manifest import TENTHS
from realeyez.pipeline.errors import Busy, Expired

PICTURE = encode(scene())


async def counted(client: Client, name: str) -> dict[tuple[str, ...], float]:
    """The samples of that name, by their labels' values."""
    text = await (await client.get("/metrics")).text()
    return {
        tuple(value for _, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name
    }


async def test_a_bad_picture_is_the_callers_fault(client: Client) -> None:
    await client.post("/v1/check?priority=feed", data=b"no picture")
    pictures = await counted(client, "realeyez_pictures_total")
    assert pictures["rejected", "feed"] == 1
    assert sum(pictures.values()) == 1


@pytest.mark.parametrize("error", [Busy(), Expired(), RuntimeError("ours")], ids=repr)
async def test_what_the_service_cannot_do_is_its_own(
    client: Client, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    async def fail(data: bytes, **how: object) -> None:
        raise error

    monkeypatch.setattr(client.app[SWITCH], "check", fail)
    await client.post("/v1/check", data=PICTURE)
    pictures = await counted(client, "realeyez_pictures_total")
    assert pictures["failed", "interactive"] == 1
    assert sum(pictures.values()) == 1
    waited = await counted(client, "realeyez_check_seconds_count")
    assert waited["interactive",] == isinstance(error, Expired)


async def test_pictures_are_counted_one_by_one(client: Client) -> None:
    """Each of several in a call, also where the service is full for some."""
    form = FormData()
    for data in (PICTURE, b"no picture", encode(scene(seed=1))):
        form.add_field("image", data, filename="a.jpg")
    await client.post("/v1/check?priority=feed", data=form)
    pictures = await counted(client, "realeyez_pictures_total")
    assert (pictures["answered", "feed"], pictures["rejected", "feed"]) == (2, 1)


async def test_a_full_service_fails_its_callers(serve: Serve) -> None:
    client = await serve(max_waiting=1, model_threads=1)
    posts = [client.post("/v1/check", data=encode(scene(seed=n))) for n in range(8)]
    statuses = [answer.status for answer in await asyncio.gather(*posts)]
    pictures = await counted(client, "realeyez_pictures_total")
    assert pictures["answered", "interactive"] == statuses.count(200) > 0
    assert pictures["failed", "interactive"] == statuses.count(429) > 0


async def test_feedback_is_counted_beside_the_verdict(client: Client) -> None:
    verdict: Any = await (await client.post("/v1/check", data=PICTURE)).json()
    path = f"/v1/checks/{verdict['id']}/feedback"
    assert (await client.post(path, json={"label": "real"})).status == 201
    assert (await client.post("/v1/checks/none/feedback", json={"label": "ai"})).status == 404
    said = await counted(client, "realeyez_feedback_total")
    assert said["real", verdict["verdict"]] == 1
    assert sum(said.values()) == 1


async def test_claims_are_counted_once_a_picture(client: Client) -> None:
    note = PngInfo()
    note.add_text(
        "parameters", "hills\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 512x512"
    )
    picture = encode(scene(), "PNG", pnginfo=note)
    for _ in range(2):
        assert (await client.post("/v1/check", data=picture)).status == 200
    assert await counted(client, "realeyez_claims_total") == {("declared", "generator"): 1}
    verdicts = await counted(client, "realeyez_verdicts_total")
    assert {labels: count for labels, count in verdicts.items() if count} == {
        ("declared_metadata", "no", "ai"): 1,
        ("declared_metadata", "yes", "ai"): 1,
    }


async def test_what_is_expected_of_the_model_follows_its_manifest(
    client: Client, model: Model
) -> None:
    expected = model.manifest.metrics["val"].spread
    verdicts = await counted(client, "realeyez_model_validation_verdicts")
    assert verdicts["ai", "unsure"] == expected["ai"].verdicts["unsure"]
    shares = await counted(client, "realeyez_model_validation_probability")
    assert [shares[str(tenth), "real"] for tenth in TENTHS] == list(expected["real"].probability)
    await client.post("/v1/check", data=PICTURE)
    buckets = {le for (le,) in await counted(client, "realeyez_probability_bucket")}
    assert buckets == {le for le, _ in shares} | {"+Inf"}  # so that rules can join the two

    client.app[METRICS].describe(model.manifest.model_copy(update={"metrics": {}}))
    assert await counted(client, "realeyez_model_validation_verdicts") == {}
