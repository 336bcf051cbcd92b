import asyncio
import base64
import hashlib
import io

import aiohttp
import pytest
from PIL import Image as Pillow
from PIL import PngImagePlugin
from tests.backend.api.conftest import Client, Serve
from tests.pictures import BAD, UNUSUAL, encode, scene

from realeyez.api.problems import CONTENT_TYPE
from realeyez.db.records import Check
from realeyez.pipeline import check
from realeyez.pipeline.classifier import Classifier
from realeyez.pipeline.types import Verdict

PICTURE = encode(scene())


async def verdict_of(client: Client, data: bytes, query: str = "", **headers: str) -> Verdict:
    response = await client.post(f"/v1/check{query}", data=data, headers=headers)
    assert response.status == 200, await response.text()
    return Verdict.model_validate_json(await response.text())


async def test_raw_bytes(client: Client, classifier: Classifier) -> None:
    verdict = await verdict_of(client, PICTURE)
    expected = check(PICTURE, classifier)
    assert verdict.verdict == expected.verdict
    assert verdict.probability == pytest.approx(expected.probability, abs=1e-4)
    assert verdict.basis == "classifier"
    assert verdict.image == expected.image
    assert verdict.image.sha256 == hashlib.sha256(PICTURE).hexdigest()
    assert verdict.model == expected.model
    assert verdict.heatmap is None
    assert not verdict.cached
    timings = verdict.timings_ms
    assert timings.total >= timings.decode + timings.views + timings.inference - 0.1


async def test_multipart(client: Client) -> None:
    form = aiohttp.FormData()
    form.add_field("note", "the part image is found among others")
    form.add_field("image", PICTURE, filename="hills.jpg", content_type="image/jpeg")
    response = await client.post("/v1/check", data=form)
    verdict = Verdict.model_validate_json(await response.text())
    raw = await verdict_of(client, PICTURE)
    assert verdict.probability == pytest.approx(raw.probability, abs=1e-6)
    assert verdict.image == raw.image
    assert (verdict.cached, raw.cached) == (False, True)
    assert verdict.id == raw.id


async def test_claims_are_told_to_who_asks_and_to_nobody_else(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    settings = "a secret fox\nSteps: 9, Sampler: Euler, CFG scale: 7, Seed: 3, Model: dream"
    note = PngImagePlugin.PngInfo()
    note.add_text("parameters", settings)
    with caplog.at_level("DEBUG"):
        verdict = await verdict_of(client, encode(scene(), "PNG", pnginfo=note))
    assert (verdict.verdict, verdict.basis) == ("ai", "declared_metadata")
    (claim,) = verdict.claims
    assert (claim.generator, claim.model) == ("Stable Diffusion WebUI", "dream")
    assert claim.prompt == "a secret fox"
    assert "secret" not in caplog.text
    assert "secret" not in repr(verdict)
    assert "secret" not in Check.of(verdict, "interactive").model_dump_json()


async def test_explain_answers_with_the_heat_map(client: Client) -> None:
    verdict = await verdict_of(client, PICTURE, "?explain=1")
    assert verdict.heatmap is not None
    png = base64.b64decode(verdict.heatmap.removeprefix("data:image/png;base64,"))
    overlay = Pillow.open(io.BytesIO(png))
    assert overlay.mode == "RGBA"
    assert overlay.width / overlay.height == pytest.approx(480 / 320, rel=0.02)


@pytest.mark.parametrize("content_type", ["text/plain", "image/png", ""])
async def test_content_decides_not_the_header(client: Client, content_type: str) -> None:
    verdict = await verdict_of(client, PICTURE, **{"Content-Type": content_type})
    assert verdict.image.format == "JPEG"


STATUS = {
    "empty": 400,
    "unsupported-format": 415,
    "broken-picture": 422,
    "too-small": 422,
    "too-many-pixels": 422,
    "too-many-bytes": 413,
}


@pytest.mark.parametrize(("data", "slug"), BAD.values(), ids=BAD)
@pytest.mark.parametrize("multipart", [False, True], ids=["raw", "multipart"])
async def test_bad_input_is_a_problem_and_the_service_goes_on(
    client: Client, data: bytes, slug: str, multipart: bool
) -> None:
    form = aiohttp.FormData()
    form.add_field("image", io.BytesIO(data), filename="picture.jpg")
    response = await client.post(
        "/v1/check",
        data=form if multipart else io.BytesIO(data),
        headers={} if multipart else {"Content-Type": "image/jpeg"},
    )
    assert response.status == STATUS[slug]
    assert response.content_type == CONTENT_TYPE
    problem = await response.json()
    assert problem["type"] == f"urn:realeyez:problem:{slug}"
    assert problem["status"] == STATUS[slug]
    assert problem["title"]
    assert problem["detail"].endswith(".")
    await verdict_of(client, PICTURE)


@pytest.mark.parametrize(("data", "expected"), UNUSUAL.values(), ids=UNUSUAL)
async def test_unusual_pictures_are_read(
    client: Client, data: bytes, expected: tuple[str, int, int]
) -> None:
    verdict = await verdict_of(client, data, "?explain=1")
    assert (verdict.image.format, verdict.image.width, verdict.image.height) == expected
    assert verdict.heatmap


@pytest.mark.parametrize(
    ("query", "named"),
    [("?explain=perhaps", "explain"), ("?priority=urgent", "priority"), ("?explian=1", "explian")],
)
async def test_a_query_not_understood_is_named(client: Client, query: str, named: str) -> None:
    response = await client.post(f"/v1/check{query}", data=PICTURE)
    assert response.status == 400
    assert named in (await response.json())["detail"]


@pytest.mark.parametrize(
    ("content_type", "data"),
    [
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"no part"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=i\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\nNo colon\r\n\r\nbody\r\n--x--\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\nA: " + bytes([65]) * 70_000 + b"\r\n\r\n"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="note"\r\n\r\nno image\r\n--x--\r\n',
        ),
    ],
)
async def test_malformed_multipart(client: Client, content_type: str, data: bytes) -> None:
    response = await client.post("/v1/check", data=data, headers={"Content-Type": content_type})
    assert response.status == 400
    assert (await response.json())["type"] == "urn:realeyez:problem:malformed-request"
    await verdict_of(client, PICTURE)


async def test_many_at_once_get_their_own_verdicts(client: Client, classifier: Classifier) -> None:
    pictures = [encode(scene(seed=seed)) for seed in range(12)]
    verdicts = await asyncio.gather(*(verdict_of(client, data) for data in pictures))
    for data, verdict in zip(pictures, verdicts, strict=True):
        assert verdict.image.sha256 == hashlib.sha256(data).hexdigest()
        assert verdict.probability == pytest.approx(check(data, classifier).probability, abs=1e-4)


async def test_a_body_that_is_not_what_it_says_is_malformed(client: Client) -> None:
    headers = {"Content-Encoding": "gzip"}
    response = await client.post("/v1/check", data=PICTURE, headers=headers)
    assert response.status == 400
    await verdict_of(client, PICTURE)


async def test_an_upload_that_stalls_is_ended(serve: Serve) -> None:
    client = await serve(upload_seconds=1)
    reader, writer = await asyncio.open_connection(client.host, client.port)
    writer.write(b"POST /v1/check HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000\r\n\r\nabc")
    await writer.drain()
    assert b" 408 " in await asyncio.wait_for(reader.readline(), 20)
    writer.close()
    await verdict_of(client, PICTURE)


async def test_a_burst_is_told_to_come_back_before_it_is_read(serve: Serve) -> None:
    client = await serve(max_waiting=2)
    large = encode(scene(1500, 1200), "PNG")
    responses = await asyncio.gather(
        *(client.post("/v1/check", data=io.BytesIO(large)) for _ in range(12))
    )
    statuses = {response.status for response in responses}
    assert statuses == {200, 429}
    await verdict_of(client, PICTURE)
