"""Everything of the service besides the check itself."""

import json

import pytest
from openapi_spec_validator import validate
from prometheus_client.parser import text_string_to_metric_families
from tests.backend.api.conftest import Client
from tests.pictures import encode, scene
from yarl import URL

from realeyez.api.keys import SWITCH
from realeyez.models import Manifest, Model
from realeyez.pipeline.errors import Busy


async def test_health(client: Client) -> None:
    assert (await client.get("/health/live")).status == 200
    assert (await client.get("/health/ready")).status == 200


async def test_model_is_the_manifest(client: Client, model: Model) -> None:
    answer = await (await client.get("/v1/model")).text()
    assert Manifest.model_validate_json(answer) == model.manifest


async def test_metrics_count_checks_and_requests(client: Client) -> None:
    await client.post("/v1/check", data=encode(scene()))
    await client.get("/a/path/of/somebodys/own")
    text = await (await client.get("/metrics")).text()
    samples = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert samples["realeyez_http_requests_total", "/v1/check", "200", "POST"] == 1
    assert samples["realeyez_http_requests_total", "404", "GET", "unknown"] == 1
    for step in ("queue", "decode", "views", "inference", "total"):
        assert samples["realeyez_step_seconds_count", *sorted((step, "interactive"))] == 1
    assert samples["realeyez_waiting_pictures",] == 0
    assert samples["realeyez_batch_views_count",] == 1
    assert samples["realeyez_pictures_total", "answered", "interactive"] == 1
    assert samples["realeyez_pictures_total", "failed", "feed"] == 0
    assert samples["realeyez_check_seconds_count", "interactive"] == 1
    assert samples["realeyez_unwritten_checks",] + samples["realeyez_dropped_checks",] <= 1
    assert samples["realeyez_probability_count",] == 1
    assert sum(value for key, value in samples.items() if key[0] == "realeyez_verdicts_total") == 1
    assert "somebodys" not in text


async def test_openapi_is_valid_and_names_every_route(client: Client) -> None:
    document = await (await client.get("/openapi.json")).json()
    validate(document)
    routes = {
        route.resource.canonical
        for route in client.app.router.routes()
        if route.resource and route.resource.canonical != "/static/{name}"
    }
    assert set(document["paths"]) == routes
    assert json.dumps(document).count('"$defs"') == 0


@pytest.mark.parametrize(
    ("path", "files"),
    [
        ("/", ("app.js", "style.css", "icon.svg")),
        ("/docs", ("docs.js", "docs.css", "style.css", "icon.svg")),
    ],
)
async def test_pages_need_nothing_from_elsewhere(
    client: Client, path: str, files: tuple[str, ...]
) -> None:
    response = await client.get(path)
    page = await response.text()
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "http://" not in page
    assert "https://" not in page
    for name in files:
        assert f"/static/{name}" in page
        assert (await client.get(f"/static/{name}")).status == 200


@pytest.mark.parametrize(
    ("method", "path", "status", "slug"),
    [
        ("GET", "/v2/check", 404, "not-found"),
        ("GET", "/static/", 404, "not-found"),
        ("GET", "/static/%2e%2e%2fpage.py", 404, "not-found"),
        ("GET", "/static/" + "a" * 300, 404, "not-found"),
        ("GET", "/v1/check", 405, "method-not-allowed"),
    ],
)
async def test_wrong_address_is_a_problem(
    client: Client, method: str, path: str, status: int, slug: str
) -> None:
    response = await client.request(method, URL(path, encoded=True))
    assert response.status == status
    assert (await response.json())["type"] == f"urn:realeyez:problem:{slug}"
    assert ("Allow" in response.headers) == (status == 405)


async def test_busy_says_when_to_come_back(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(data: bytes, **how: object) -> None:
        raise Busy

    monkeypatch.setattr(client.app[SWITCH], "check", full)
    response = await client.post("/v1/check", data=encode(scene()))
    assert response.status == 429
    assert int(response.headers["Retry-After"]) >= 1


async def test_a_failure_inside_says_nothing_of_itself(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(data: bytes, **how: object) -> None:
        raise RuntimeError("secret of the inside")

    with monkeypatch.context() as patch:
        patch.setattr(client.app[SWITCH], "check", fail)
        response = await client.post("/v1/check", data=encode(scene()))
    assert response.status == 500
    assert "secret" not in await response.text()
    assert "secret" in caplog.text
    assert (await client.post("/v1/check", data=encode(scene()))).status == 200
