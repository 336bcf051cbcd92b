"""What a real service writes to stderr, and what it does not."""

import asyncio
import json
import logging
import socket
import sys
import urllib.error
import urllib.request
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.pictures import encode, scene
from tests.serving import Serving, serving

from realeyez import logs

PICTURE = encode(scene())
PRIVATE = "hunter2"


@pytest.fixture
def _as_before() -> Iterator[None]:
    """Whatever a test does to the loggers is undone, and what one before it did."""
    logging.captureWarnings(False)
    names = ("", "realeyez", "aiohttp.server")
    loggers = [logging.getLogger(name) for name in names]
    before = [(each.level, each.handlers[:], each.filters[:]) for each in loggers]
    yield
    logging.captureWarnings(False)
    for each, (level, handlers, filters) in zip(loggers, before, strict=True):
        each.level, each.handlers[:], each.filters[:] = level, handlers, filters
    logging.getLogger("realeyez").setLevel(logging.NOTSET)


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def raw(service: Serving, request: bytes) -> bytes:
    host, port = service.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(request)
        return connection.recv(65536)


def test_one_line_of_json_a_request_and_nothing_of_what_it_was(tmp_path: Path) -> None:
    with serving(tmp_path) as service:
        check = f"{service.url}/v1/check"
        for request_id in ("from-caller.1", "not sane", "x" * 65):
            headers = {"X-Request-Id": request_id, "X-Key": PRIVATE}
            with urllib.request.urlopen(urllib.request.Request(check, PICTURE, headers)) as answer:
                assert (answer.headers["X-Request-Id"] == request_id) == (request_id[0] == "f")
        for path in (f"/v1/check?{PRIVATE}=1", f"/{PRIVATE}"):
            with pytest.raises(urllib.error.HTTPError):
                urllib.request.urlopen(service.url + path, data=PRIVATE.encode())
        raw(service, f"GET /{PRIVATE}\x01 HTTP/1.1\r\n\r\n".encode())
        raw(service, f"GET / HTTP/1.1\r\nAuthorization {PRIVATE}\r\n\r\n".encode())
        raw(service, f"NO{PRIVATE} / HTTP/1.1\r\n\r\n".encode())
        service.get("/health/live")
    text = service.log.read_text()
    assert PRIVATE not in text
    assert "Traceback" not in text
    records = lines(text)
    requests = [record for record in records if record["logger"] == "realeyez.api.requests"]
    assert [(each["method"], each["route"], each["status"]) for each in requests] == [
        *[("POST", "/v1/check", 200)] * 3,
        ("POST", "/v1/check", 400),
        ("POST", "unknown", 404),
    ]
    assert requests[0]["request_id"] == "from-caller.1"
    assert all(len(each["request_id"]) == 32 for each in requests[1:])
    assert requests[0]["bytes_in"] == len(PICTURE)
    assert all(each["ms"] > 0 for each in requests)
    assert all(each["time"].endswith("Z") and each["level"] == "INFO" for each in records)


def test_text_and_debug_by_choice(tmp_path: Path) -> None:
    with serving(tmp_path, log="text", log_level="debug") as service:
        service.get("/health/live")
    assert "]: GET /health/live 200\n" in service.log.read_text()


@pytest.mark.usefixtures("_as_before")
def test_a_record_is_one_line_with_the_id_of_its_request(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure("json")
    log = logging.getLogger("realeyez.test")

    async def request(name: str) -> None:
        logs.request_id.set(name)
        await asyncio.sleep(0)
        await asyncio.to_thread(log.info, "from a thread\nof %s", name)

    async def both() -> None:
        await asyncio.gather(request("a"), request("b"))

    asyncio.run(both())
    try:
        raise RuntimeError("two\nlines")
    except RuntimeError:
        log.exception("outside")
    log.info("half a character: %s", "\udc80", extra={"at": Path("x")})
    log.debug("unheard")
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        warnings.warn("careful", stacklevel=1)
    first, second, error, half, warning = lines(capsys.readouterr().err)
    assert {(each["request_id"], each["message"]) for each in (first, second)} == {
        ("a", "from a thread\nof a"),
        ("b", "from a thread\nof b"),
    }
    assert "request_id" not in error
    assert "two\nlines" in error["exc_info"]
    assert half["message"].endswith("\udc80")
    assert half["at"] == "x"
    assert "careful" in warning["message"]


@pytest.mark.usefixtures("_as_before")
@pytest.mark.parametrize(("terminal", "expected"), [(True, "INFO realeyez"), (False, '{"level"')])
def test_people_get_text_and_machines_json(
    terminal: bool,
    expected: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    logs.configure("auto")
    logging.getLogger("realeyez").info("said")
    assert capsys.readouterr().err.startswith(expected)


@pytest.mark.usefixtures("_as_before")
def test_the_libraries_debug_lines_are_not_heard(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("json", "debug")
    logging.getLogger("botocore.auth").debug("a signature")
    logging.getLogger("realeyez").debug("ours")
    (record,) = lines(capsys.readouterr().err)
    assert record["message"] == "ours"
