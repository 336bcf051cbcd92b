"""The service behind an address does what it is for, and keeps closed what is to be closed.

SMOKE_KEY=rk_… python3 ci/smoke.py https://realeyez.example.org
"""

import json
import os
import struct
import sys
import time
import zlib
from random import Random
from urllib.error import HTTPError
from urllib.request import Request, urlopen

SIDE = 256  # pixels


def picture() -> bytes:
    """A PNG of noise, the same each time."""
    rows = b"".join(b"\0" + Random(row).randbytes(3 * SIDE) for row in range(SIDE))  # noqa: S311  # nosec B311

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def call(url: str, key: str = "", body: bytes | None = None) -> tuple[int, bytes]:
    headers = {"Content-Type": "image/png"} if body else {}
    if key:
        headers["Authorization"] = f"Bearer {key}"
    request = Request(url, data=body, headers=headers)  # noqa: S310
    try:
        with urlopen(request, timeout=30) as answer:  # noqa: S310  # nosec B310
            return answer.status, answer.read()
    except HTTPError as error:
        return error.code, error.read()


def wait_until_ready(url: str, seconds: float) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            status, said = call(f"{url}/health/ready")
        except OSError as error:
            status, said = 0, repr(error).encode()
        if status == 200:
            return
        if time.monotonic() > end:
            sys.exit(f"not ready: {status} {said[:200].decode(errors='replace')}")
        time.sleep(2)


def problems(url: str, key: str) -> list[str]:
    wrong = []
    status, said = call(f"{url}/v1/check", key, picture())
    verdict = json.loads(said).get("verdict") if status == 200 else None
    if verdict not in ("ai", "ai_edited", "real", "unsure"):
        wrong.append(f"no verdict: {status} {said[:200].decode(errors='replace')}")
    for path, body in (("/v1/check", picture()), ("/metrics", None)):
        status, _ = call(f"{url}{path}", body=body)
        if status not in (401, 403, 404):
            wrong.append(f"{path} is open to everybody: {status}")
    return wrong


if __name__ == "__main__":
    address, smoke_key = sys.argv[1].rstrip("/"), os.environ.get("SMOKE_KEY", "")
    if not smoke_key:
        sys.exit("SMOKE_KEY is not set: an API key of the service")
    wait_until_ready(address, float(os.environ.get("SMOKE_SECONDS", "600")))
    found = problems(address, smoke_key)
    print(f"{address}: {'; '.join(found) or 'answers, and is closed where it should be'}")
    sys.exit(1 if found else 0)
