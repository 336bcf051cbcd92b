"""Who may use the service: keys, hosts, origins."""

import asyncio
from typing import Any

import pytest
from tests.backend.api.conftest import Client, Serve
from tests.pictures import encode, scene

from realeyez.api import auth
from realeyez.db.store import Store

PICTURE = encode(scene())
PAGE = "https://page.example"


async def slug_of(response: Any) -> str:
    problem = await response.json()
    assert problem["status"] == response.status
    assert problem["detail"].endswith(".")
    return str(problem["type"]).removeprefix("urn:realeyez:problem:")


async def ask(client: Client, token: str | None = None, **headers: str) -> Any:
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    return await client.get("/v1/model", headers=headers)


# Keys


async def test_on_loopback_no_key_is_needed_but_one_that_is_given_is_checked(
    client: Client, token: str
) -> None:
    assert (await ask(client)).status == 200
    assert (await ask(client, token)).status == 200
    response = await ask(client, token[:-1] + ("0" if token[-1] != "0" else "1"))
    assert (response.status, await slug_of(response)) == (401, "bad-key")
    assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/check"),
        ("GET", "/v1/checks/1"),
        ("POST", "/v1/checks/1/feedback"),
        ("GET", "/v1/model"),
    ],
)
async def test_where_keys_are_required_nothing_is_done_without(
    serve: Serve, token: str, method: str, path: str
) -> None:
    client = await serve(keys="required")
    response = await client.request(method, path)
    assert (response.status, await slug_of(response)) == (401, "no-key")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    headers = {"Authorization": f"Bearer {token}"}
    assert (await client.request(method, path, headers=headers)).status in (200, 400, 404)


@pytest.mark.parametrize("path", ["/", "/docs", "/static/style.css", "/openapi.json"])
async def test_pages_and_health_are_open(serve: Serve, token: str, path: str) -> None:
    client = await serve(keys="required")
    for open_to_all in (path, "/health/live", "/health/ready"):
        assert (await client.get(open_to_all)).status == 200


async def test_every_other_route_is_guarded(serve: Serve, token: str) -> None:
    """Also one that somebody adds, and forgets about keys."""
    client = await serve(keys="required")
    opened = set()
    for route in client.app.router.routes():
        assert route.resource is not None
        path = route.resource.canonical.replace("{name}", "app.js").replace("{id}", "1")
        if (await client.request(route.method, path)).status != 401:
            opened.add(path)
    assert opened == {
        "/",
        "/docs",
        "/static/app.js",
        "/openapi.json",
        "/health/live",
        "/health/ready",
        "/metrics",  # from this machine
        "/status",
    }


@pytest.mark.parametrize("path", ["/metrics", "/status"])
async def test_the_inside_is_this_machines_or_a_keys(serve: Serve, token: str, path: str) -> None:
    client = await serve(keys="required")
    through_a_proxy = {"Host": "realeyez.example"}
    assert (await client.get(path)).status == 200
    assert (await client.get(path, headers=through_a_proxy)).status == 401
    through_a_proxy["Authorization"] = f"Bearer {token}"
    assert (await client.get(path, headers=through_a_proxy)).status == 200


async def test_a_revoked_key_opens_nothing_after_seconds(
    serve: Serve, token: str, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auth, "REMEMBERED_SECONDS", 0.5)
    client = await serve()
    assert (await ask(client, token)).status == 200
    async with Store.running(database) as store:
        await store.revoke_key((await store.keys())[0].id)
    for _ in range(100):
        if (response := await ask(client, token)).status != 200:
            break
        await asyncio.sleep(0.1)
    assert (response.status, await slug_of(response)) == (403, "revoked-key")


async def test_a_key_is_not_looked_up_for_each_request(
    client: Client, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0
    authenticate = Store.authenticate

    async def counted(self: Store, token: str) -> Any:
        nonlocal asked
        asked += 1
        return await authenticate(self, token)

    monkeypatch.setattr(Store, "authenticate", counted)
    for _ in range(5):
        assert (await ask(client, token)).status == 200
    assert asked == 1
    for _ in range(2):  # what is wrong is not remembered: its number has no bound
        assert (await ask(client, "rk_0")).status == 401
    assert asked == 3


@pytest.mark.parametrize("given", ["Basic dXNlcjpwYXNz", "", "Token x"])
async def test_other_schemes_are_somebody_elses(client: Client, given: str) -> None:
    assert (await client.get("/v1/model", headers={"Authorization": given})).status == 200


@pytest.mark.parametrize("given", ["Bearer", "bearer x", "BEARER  rk_é", "Bearer rk_a_b c"])
async def test_keys_that_are_none(client: Client, given: str) -> None:
    response = await client.get("/v1/model", headers={"Authorization": given})
    assert (response.status, await slug_of(response)) == (401, "bad-key")


async def test_a_key_has_its_rate_and_none_has_no_limit(serve: Serve, token: str) -> None:
    client = await serve(rate_per_minute=1, rate_burst=2)
    statuses = [(await ask(client, token)).status for _ in range(3)]
    assert statuses == [200, 200, 429]
    response = await ask(client, token)
    assert await slug_of(response) == "too-often"
    assert int(response.headers["Retry-After"]) == 60
    assert {(await ask(client)).status for _ in range(5)} == {200}


# Hosts and origins


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("LOCALHOST:8000", 200),
        ("127.0.0.1:8000", 200),
        ("127.8.9.1", 200),
        ("[::1]:8000", 200),
        ("realeyez.home:8000", 200),
        ("rebound.example", 421),  # a page that gave its own name this machine's address
        ("rebound.example:8000", 421),
        ("localhost.rebound.example", 421),
        ("127.0.0.1.rebound.example", 421),
        ("0.0.0.0:8000", 421),
        ("192.168.0.1", 421),
        ("user@localhost", 421),
        ("[::1", 421),
        ("", 421),
    ],
)
async def test_the_service_is_reached_by_its_own_names_only(
    serve: Serve, host: str, status: int
) -> None:
    client = await serve(hosts="realeyez.home, other.home")
    for path in ("/", "/v1/model", "/openapi.json"):
        response = await client.get(path, headers={"Host": host})
        assert response.status == status, path
        if status == 421:
            assert await slug_of(response) == "wrong-host"
    assert (await client.get("/health/ready", headers={"Host": host})).status == 200


async def test_where_keys_guard_it_any_name_will_do_unless_names_are_listed(
    serve: Serve, token: str
) -> None:
    headers = {"Host": "realeyez.example", "Authorization": f"Bearer {token}"}
    anywhere = await serve(keys="required")
    assert (await anywhere.get("/v1/model", headers=headers)).status == 200
    listed = await serve(keys="required", hosts="other.example")
    assert (await listed.get("/v1/model", headers=headers)).status == 421


@pytest.mark.parametrize(
    "origin", [PAGE, "null", "http://localhost:1", "http://127.0.0.1", "file://", "", "*"]
)
async def test_other_sites_pages_cannot_use_the_service(client: Client, origin: str) -> None:
    """A browser sends such a post without asking first: only the answer is kept from the page."""
    headers = {"Origin": origin, "Content-Type": "text/plain"}
    response = await client.post("/v1/check", data=PICTURE, headers=headers)
    assert (response.status, await slug_of(response)) == (403, "wrong-origin")
    assert "Access-Control-Allow-Origin" not in response.headers
    metrics = await (await client.get("/metrics")).text()
    assert 'realeyez_pictures_total{outcome="answered",priority="interactive"} 0.0' in metrics


async def test_its_own_page_and_extensions_can(client: Client) -> None:
    own = str(client.make_url("")).rstrip("/")
    for origin in (own, "chrome-extension://abcdefgh", "moz-extension://0-1-2-3"):
        response = await client.post("/v1/check", data=PICTURE, headers={"Origin": origin})
        assert response.status == 200, origin
        assert "Access-Control-Allow-Origin" not in response.headers


async def test_listed_origins_get_cors_on_every_answer(serve: Serve) -> None:
    client = await serve(origins=f"{PAGE},chrome-extension://abc")
    headers = {"Origin": PAGE}
    for response in (
        await client.get("/v1/model", headers=headers),
        await client.post("/v1/check", data=b"no picture", headers=headers),
        await client.get("/v1/checks/1", headers=headers),
    ):
        assert response.headers["Access-Control-Allow-Origin"] == PAGE
        assert response.headers["Vary"] == "Origin"
        assert "Access-Control-Allow-Credentials" not in response.headers
    for other in ("https://page.example.evil", "https://evil.example", "http://page.example"):
        response = await client.get("/v1/model", headers={"Origin": other})
        assert response.status == 403
        assert "Access-Control-Allow-Origin" not in response.headers
        assert response.headers["Vary"] == "Origin"


async def test_preflight(serve: Serve, token: str) -> None:
    client = await serve(origins=PAGE, keys="required")
    asks = {"Access-Control-Request-Method": "POST"}
    response = await client.options("/v1/check", headers={"Origin": PAGE, **asks})
    assert response.status == 204
    assert response.headers["Access-Control-Allow-Origin"] == PAGE
    assert response.headers["Access-Control-Allow-Headers"] == "Authorization, Content-Type"
    assert "POST" in response.headers["Access-Control-Allow-Methods"]
    refused = await client.options("/v1/check", headers={"Origin": "https://b.example", **asks})
    assert refused.status == 403
    assert "Access-Control-Allow-Methods" not in refused.headers


async def test_nothing_is_shown_on_other_sites(client: Client) -> None:
    for path in ("/", "/v1/model", "/nowhere"):
        headers = (await client.get(path)).headers
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
