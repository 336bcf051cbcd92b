"""URL checks through the service. How URLs are guarded: test_source.py."""

import ipaddress
import logging
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from tests.backend.api.conftest import Client, Serve
from tests.backend.api.hostile import Hostile, answer, endless, ok
from tests.pictures import LIMIT, encode, scene

from realeyez.api import keys
from realeyez.pipeline.types import Verdict

PICTURE = encode(scene())


@pytest.fixture
async def site() -> AsyncIterator[Hostile]:
    async with Hostile.running() as server:
        server.answers["/p"] = ok(PICTURE)
        server.answers["/text"] = ok(b"words")
        server.answers["/gone"] = answer("404 Gone", "Content-Length: 0")
        server.answers["/large"] = ok(bytes(LIMIT + 1))
        server.answers["/slow"] = endless(b"HTTP/1.1 200 OK\r\n\r\n", b"x", pause=0.1)
        yield server


@pytest.fixture
async def client(serve: Serve, site: Hostile) -> Client:
    """A service for which the site, on loopback, is public."""
    client = await serve(urls="on", url_seconds=2, max_bytes=LIMIT)
    public = ipaddress.ip_address(site.address)
    source = client.app[keys.SOURCE]
    source = replace(source, allowed=lambda address: address == public, ports={site.port})
    client.app._state[keys.SOURCE] = source
    return client


async def test_a_url_is_checked(client: Client, site: Hostile) -> None:
    url = f"http://{site.address}:{site.port}/p"
    response = await client.post("/v1/check?explain=1", json={"url": url})
    verdict = Verdict.model_validate_json(await response.text())
    assert verdict.heatmap
    direct = await client.post("/v1/check?explain=1", data=PICTURE)
    assert (await direct.json())["id"] == verdict.id


@pytest.mark.parametrize(
    ("path", "status", "slug"),
    [
        ("http://{site}/text", 415, "unsupported-format"),
        ("http://{site}/gone", 422, "bad-answer"),
        ("http://{site}/large", 413, "too-many-bytes"),
        ("http://{site}/slow", 504, "too-late"),
        ("http://127.0.0.9:{port}/", 422, "unreachable"),
        ("http://169.254.169.254:{port}/latest/", 422, "unreachable"),
        ("file:///etc/passwd", 400, "bad-url"),
        ("http://u:p@{site}/p", 400, "bad-url"),
        ("", 400, "bad-url"),
    ],
)
async def test_what_cannot_be_fetched(
    client: Client,
    site: Hostile,
    path: str,
    status: int,
    slug: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, "realeyez")
    url = path.format(site=f"{site.address}:{site.port}", port=site.port)
    response = await client.post("/v1/check", json={"url": url})
    assert response.status == status
    assert (await response.json())["type"] == f"urn:realeyez:problem:{slug}"
    assert not url or url not in caplog.text


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'{"url": 1}', b'{"url": "http://x", "a": 1}', b'"' * 70_000, PICTURE],
)
async def test_json_that_is_not_understood(client: Client, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    response = await client.post("/v1/check", data=body, headers=headers)
    assert response.status == 400
    assert (await response.json())["type"] == "urn:realeyez:problem:malformed-request"


async def test_switched_off_nothing_is_fetched(serve: Serve, site: Hostile) -> None:
    client = await serve()
    url = f"http://{site.address}:{site.port}/p"
    response = await client.post("/v1/check", json={"url": url})
    assert response.status == 403
    problem = await response.json()
    assert problem["type"] == "urn:realeyez:problem:urls-off"
    assert "REALEYEZ_URLS=on" in problem["detail"]
    assert site.connections == 0
