"""Does memory grow? 50,000 requests of every sort, and what is resident after each thousand.

The cache is made so small that it is full after the first thousand: what grows then is a leak.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.serving.bench import Bench
from benchmarks.serving.contenders import ours
from benchmarks.serving.load import Plan, Stream
from benchmarks.serving.measure import send
from benchmarks.serving.pictures import SMALL, draw, draw_kind, load

BLOCKS = 50  # of a thousand requests
BROKEN = 3000  # bytes: where a picture is cut off
STREAMS = [
    Stream(kind="small", connections=4, requests=140),
    Stream(kind="small", connections=1, requests=10, query="?explain=1"),
    Stream(kind="post", connections=1, requests=30),
    Stream(kind="camera", connections=1, requests=10),
    Stream(kind="square", connections=1, requests=10),
    Stream(kind="small", connections=2, requests=300, distinct=False),
    Stream(kind="small", connections=1, requests=200, distinct=False, query="?priority=feed"),
    Stream(kind="broken", connections=2, requests=200),
    Stream(kind="small", connections=1, requests=100, query="?colour=blue"),  # no such parameter
]


def measure(bench: Bench) -> Iterator[dict[str, Any]]:
    """Resident memory of the service, a row a thousand requests."""
    with tempfile.TemporaryDirectory() as folder, ours(REALEYEZ_CACHE_MIB="1").running() as server:
        pictures = Path(folder)
        draw(pictures)
        draw_kind(pictures / "small", SMALL, 20)
        small = load(pictures)["small"]
        (pictures / "broken").mkdir()
        for number, data in enumerate(small):
            (pictures / "broken" / f"{number}.jpg").write_bytes(data[:BROKEN])
        for block in range(3 if bench.quick else BLOCKS):
            send(Plan(server.url, folder, STREAMS, seconds=0, warm_up=0))
            yield {"requests": 1000 * (block + 1), "rss_mib": round(server.rss_mib(), 1)}
