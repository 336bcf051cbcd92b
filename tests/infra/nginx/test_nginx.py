"""deploy/nginx in front of two real services."""

import asyncio
import http.client
import json
import re
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from tests.infra.nginx.conftest import SOURCE, Nginx, command, lay_out, replica, running_nginx
from tests.infra.tools import WITHIN, need, of_python, run
from tests.pictures import encode, scene
from tests.serving import Serving

from realeyez.api.body import MULTIPART_OVERHEAD
from realeyez.settings import Settings

PICTURE = encode(scene(128, 96))
LIMIT = 65_600 * 1024  # bytes
NGINX_SAYS = "from this address"  # of too many requests; the service speaks of keys alone


def value(file: str, pattern: str) -> str:
    """What a committed file says, once."""
    (found,) = re.findall(pattern, (SOURCE / file).read_text(), re.MULTILINE)
    return str(found)


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["Content-Type"].partition(";")[0] == "application/problem+json"
    told = answer.json()
    assert told.keys() == {"type", "title", "status", "detail", "instance"}
    assert told["status"] == answer.status_code
    assert told["instance"] == f"urn:realeyez:request:{answer.headers['X-Request-Id']}"
    return answer.status_code, told["type"].removeprefix("urn:realeyez:problem:")


# What the files alone tell


def test_limits_are_the_services() -> None:
    service = Settings()
    largest = max(service.max_call_bytes, service.max_bytes) + MULTIPART_OVERHEAD
    assert int(value("limits.conf", r"^client_max_body_size (\d+)k;")) * 1024 == largest == LIMIT
    rate = value("limits.conf", r"zone=key:10m rate=(\d+)r/m;")
    burst = value("limits.conf", r"zone=key burst=(\d+) nodelay;")
    assert (int(rate), int(burst)) == (service.rate_per_minute, service.rate_burst)


def test_timeouts_fit_the_services() -> None:
    service = Settings()
    assert int(value("replicas.conf", r"^ *keepalive_timeout (\d+)s;")) < service.idle_seconds
    assert int(value("proxy.conf", r"^proxy_read_timeout (\d+)s;")) > service.feed_seconds


def test_it_is_valid_and_gixy_finds_nothing(tmp_path: Path, certificate: Path) -> None:
    need("nginx")
    lay_out(tmp_path, certificate, [8443, 8080, 8081], ["127.0.0.1:8001", "127.0.0.1:8002"])
    run(*command(tmp_path, "-t"))
    # The service itself decides by which names it is reached (REALEYEZ_HOSTS).
    run(of_python("gixy"), "--skips", "host_spoofing", str(tmp_path / "nginx.conf"))


# In front of two services


def test_a_check_by_http2_and_tls(nginx: Nginx, keys: list[str]) -> None:
    with nginx.client("127.0.0.2", keys[0]) as client:
        answer = client.post("/v1/check", content=PICTURE)
        assert (answer.status_code, answer.http_version) == (200, "HTTP/2")
        assert answer.json()["image"]["width"] == 128
        tls = answer.extensions["network_stream"].get_extra_info("ssl_object")
        assert tls.version() == "TLSv1.3"
        check = f"/v1/checks/{answer.json()['id']}"
        end = time.monotonic() + WITHIN
        while client.get(check).status_code != 200:  # it is written behind the answer
            assert time.monotonic() < end


def test_both_replicas_answer(nginx: Nginx, replicas: list[Serving], keys: list[str]) -> None:
    with nginx.client("127.0.0.3", keys[0]) as client:
        for _ in range(8):
            assert client.get("/v1/model").status_code == 200
    used = {line["replica"] for line in nginx.lines("route", "/v1/model", 8)}
    assert used == {service.url.removeprefix("http://") for service in replicas}


def test_what_the_service_refuses_is_told_in_its_own_words(nginx: Nginx, keys: list[str]) -> None:
    with nginx.client("127.0.0.4") as client:
        answer = client.post("/v1/check", content=PICTURE)
        assert problem(answer) == (401, "no-key")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    with nginx.client("127.0.0.4", keys[0]) as client:
        assert problem(client.post("/v1/check", content=b"no picture")) == (
            415,
            "unsupported-format",
        )


def test_plain_http_leads_to_tls(nginx: Nginx) -> None:
    answer = httpx.get(f"http://127.0.0.1:{nginx.plain_port}/docs?a=b", trust_env=False)
    assert answer.status_code == 308
    assert answer.headers["Location"] == "https://127.0.0.1/docs?a=b"


def test_it_is_alive_for_its_own_machine(nginx: Nginx) -> None:
    url = f"http://127.0.0.1:{nginx.alive_port}"
    assert httpx.get(f"{url}/alive", trust_env=False).status_code == 204
    assert "Active connections" in httpx.get(f"{url}/status", trust_env=False).text


def test_security_headers_are_there_once(nginx: Nginx) -> None:
    with nginx.client("127.0.0.5") as client:
        for path in ("/", "/nowhere", "/metrics"):
            headers = client.get(path).headers
            assert headers.get_list("Strict-Transport-Security") == [
                "max-age=31536000; includeSubDomains"
            ]
            assert headers.get_list("X-Content-Type-Options") == ["nosniff"]
            assert len(headers.get_list("X-Request-Id")) == 1
            assert headers["Server"] in ("nginx", "")
        assert "frame-ancestors 'none'" in client.get("/").headers["Content-Security-Policy"]


def test_the_pages_own_origin_is_its_own_on_any_port(nginx: Nginx, keys: list[str]) -> None:
    with nginx.client("127.0.0.5", keys[1]) as client:
        own = client.post("/v1/check", content=PICTURE, headers={"Origin": nginx.url})
        assert own.status_code == 200
        other = client.post("/v1/check", content=PICTURE, headers={"Origin": "https://a.example"})
        assert problem(other) == (403, "wrong-origin")


def test_a_request_id_is_passed_on_if_it_is_sane(nginx: Nginx, replicas: list[Serving]) -> None:
    with nginx.client("127.0.0.6") as client:
        assert client.get("/docs", headers={"X-Request-Id": "me.1"}).headers["X-Request-Id"] == (
            "me.1"
        )
        made = client.get("/docs", headers={"X-Request-Id": "a b<"}).headers["X-Request-Id"]
        assert re.fullmatch(r"[0-9a-f]{32}", made)
    heard = "".join(service.log.read_text() for service in replicas)
    assert '"request_id":"me.1"' in heard
    assert f'"request_id":"{made}"' in heard  # NGINX's, which the service took
    for request_id in ("me.1", made):
        assert nginx.lines("request_id", request_id, 1)


@pytest.mark.parametrize(
    "path",
    [
        "/metrics",
        "/metrics/",
        "/metrics?a",
        "//metrics",
        "/%6detrics",
        "/v1/../metrics",
        "/METRICS",
        "/status",
    ],
)
def test_metrics_are_closed_even_for_a_key(nginx: Nginx, keys: list[str], path: str) -> None:
    status, told = _ask(nginx, "GET", path, keys[2])
    assert (status, told["type"]) == (404, "urn:realeyez:problem:not-found")


def _ask(
    nginx: Nginx, method: str, path: str, key: str, content_length: int = 0
) -> tuple[int, dict[str, str]]:
    """Headers exactly as they are given, by HTTP/1.1, and no body."""
    headers = {"Authorization": f"Bearer {key}", "Content-Length": str(content_length)}
    connection = http.client.HTTPSConnection(
        "127.0.0.1", nginx.port, timeout=WITHIN, context=nginx.trust
    )
    try:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def test_a_body_may_be_as_large_as_the_services(nginx: Nginx, keys: list[str]) -> None:
    status, body = _ask(nginx, "POST", "/v1/check", keys[3], content_length=LIMIT + 1)
    assert (status, body["type"]) == (413, "urn:realeyez:problem:too-many-bytes")
    assert body["detail"].startswith("The request's body is over the limit.")
    with nginx.client("127.0.0.7", keys[3]) as client:
        at_most = client.post("/v1/check", content=bytes(LIMIT))  # heard, and refused as a picture
        assert problem(at_most) == (413, "too-many-bytes")
        assert at_most.json()["detail"].startswith("The file has more than the 20,971,520 bytes")


async def _burst(client: httpx.AsyncClient, path: str, count: int) -> list[httpx.Response]:
    async with client:
        first = await client.get(path)  # one connection for all
        rest = await asyncio.gather(*(client.get(path) for _ in range(count - 1)))
    return [first, *rest]


async def test_a_key_has_its_rate_over_all_replicas(nginx: Nginx, keys: list[str]) -> None:
    """Each replica alone would let 120 pass."""
    answers = await _burst(nginx.async_client("127.0.0.8", keys[4]), "/v1/model", 280)
    passed = [answer for answer in answers if answer.status_code == 200]
    refused = [answer for answer in answers if answer.status_code != 200]
    assert len(passed) >= 120
    assert refused
    for answer in refused:
        assert problem(answer) == (429, "too-often")
        assert NGINX_SAYS in answer.json()["detail"]
        assert answer.headers["Retry-After"] == "1"
    with nginx.client("127.0.0.8", keys[5]) as other:
        assert other.get("/v1/model").status_code == 200


async def test_an_address_has_its_rate_without_a_key(nginx: Nginx) -> None:
    guesses = await _burst(
        nginx.async_client("127.0.0.9", f"rk_{'0' * 12}_{'0' * 64}x"), "/v1/model", 800
    )
    by_status = {answer.status_code for answer in guesses}
    assert by_status == {401, 429}
    assert problem(guesses[-1]) in [(401, "bad-key"), (429, "too-often")]
    with nginx.client("127.0.0.10") as other:
        assert other.get("/health/ready").status_code == 200


def test_the_log_tells_what_happened_and_nothing_of_the_caller(
    nginx: Nginx, keys: list[str]
) -> None:
    headers = {"X-Request-Id": "log-1", "Referer": "https://referer.example/"}
    with nginx.client("127.0.0.11", keys[6]) as client:
        answer = client.post("/v1/check?explain=0&word=hunter2", content=PICTURE, headers=headers)
        assert problem(answer) == (400, "malformed-request")
        check = client.post("/v1/check?explain=1", content=PICTURE, headers=headers).json()
        client.get(f"/v1/checks/{check['id']}")
        client.get("/hunter2", headers=headers)
    lines = nginx.lines("request_id", "log-1", 3)
    assert [(line["method"], line["route"], line["status"]) for line in lines] == [
        ("POST", "/v1/check", 400),
        ("POST", "/v1/check", 200),
        ("GET", "unknown", 404),
    ]
    checked = lines[1]
    assert checked["protocol"] == "HTTP/2.0"
    assert checked["tls"] == "TLSv1.3"
    assert checked["network"] == "127.0.0.0"
    assert checked["bytes_in"] >= len(PICTURE)
    assert float(checked["replica_seconds"]) <= checked["seconds"] + 0.01
    written = (nginx.folder / "access.log").read_text() + (nginx.folder / "error.log").read_text()
    for secret in ("hunter2", keys[6], "referer.example", "JFIF", "127.0.0.11", check["id"]):
        assert secret not in written


def test_no_replica_is_a_problem_too(tmp_path: Path, certificate: Path) -> None:
    with (
        running_nginx(tmp_path, certificate, "127.0.0.1:1", "127.0.0.1:2") as lonely,
        lonely.client("127.0.0.12") as client,
    ):
        answer = client.post("/v1/check?word=hunter2", content=PICTURE)
        assert problem(answer) == (503, "unavailable")
        assert answer.headers["Retry-After"] == "5"
        assert lonely.lines("route", "/v1/check", 1)[0]["replica_status"] == "502, 502"
        assert "hunter2" not in (lonely.folder / "error.log").read_text()


# A replica goes


@dataclass(frozen=True)
class Outcome:
    """One request of the load."""

    began: float
    ended: float
    status: int


async def _load(
    nginx: Nginx, number: int, key: str, done: list[Outcome], enough: asyncio.Event
) -> None:
    """One caller: a picture after another, each another one, so that each is computed."""
    async with nginx.async_client(f"127.0.1.{number + 1}", key) as client:
        for turn in range(100):
            if enough.is_set():
                return
            picture = encode(scene(96, 96, seed=1000 * number + turn))
            began = time.monotonic()
            try:
                status = (await client.post("/v1/check", content=picture)).status_code
            except httpx.HTTPError:
                status = 0
            done.append(Outcome(began, time.monotonic(), status))


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "drained"])
async def test_a_replica_goes_under_load_and_nobody_notices(
    how: signal.Signals,
    replicas: list[Serving],
    keys: list[str],
    database: str,
    certificate: Path,
    tmp_path: Path,
) -> None:
    callers = 6
    ends_with = -signal.SIGKILL if how == signal.SIGKILL else 0
    with replica(tmp_path / "victim", database, ends_with=ends_with) as victim:
        addresses = [one.url.removeprefix("http://") for one in (victim, replicas[0])]
        with running_nginx(tmp_path / "nginx", certificate, *addresses) as nginx:
            done: list[Outcome] = []
            enough = asyncio.Event()
            load = asyncio.gather(
                *(_load(nginx, number, keys[6 + number], done, enough) for number in range(callers))
            )
            await _until(lambda: len(done) >= 60, load)
            victim.process.send_signal(how)
            gone = time.monotonic()
            before = len(done)
            await _until(lambda: len(done) >= before + 120, load)
            enough.set()
            await load
            await asyncio.to_thread(victim.process.wait, WITHIN)
            log = nginx.log()
    lost = [one for one in done if one.status != 200]
    if how == signal.SIGTERM:
        assert lost == []
    # What was computed on the replica when it was killed is asked again elsewhere; only an answer
    # that had begun cannot be.
    assert [one for one in lost if one.began > gone] == []
    assert len(lost) <= callers
    served = {line["replica"].split(", ")[-1] for line in log}
    assert served == set(addresses), "the load was not spread"
    if how == signal.SIGKILL:
        passed_on = [line for line in log if line["replica"].startswith(f"{addresses[0]}, ")]
        assert passed_on, "nothing was passed on: the kill met no load"
        assert {line["status"] for line in passed_on} == {200}


async def _until(condition: object, load: "asyncio.Future[object]") -> None:
    assert callable(condition)
    async with asyncio.timeout(WITHIN):
        while not condition():
            assert not load.done(), "the load ended before its time"
            await asyncio.sleep(0.01)
