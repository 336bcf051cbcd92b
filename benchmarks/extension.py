"""What badges cost a page: a long feed scrolled fast in Chromium, with the extension and without.

    make extension
    .venv/bin/python benchmarks/extension.py [--pictures 2000] [--seconds 20]

The service is real; every picture is its own. CPU is the main thread's time in the extension's own
scripts, from a trace (`tdur`), so the page's own work is not in it. Writes
`benchmarks/results/extension.csv`: a line a figure, beside the aim.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # the tests' fake web, browser and service

from playwright.sync_api import CDPSession, Page, sync_playwright  # noqa: E402
from tests.e2e.extension_pages import Extension, as_if_allowed, browser_with  # noqa: E402
from tests.e2e.fake_web import FakeWeb, fake_web  # noqa: E402
from tests.e2e.feed_pages import badges, flags_for, switch_on  # noqa: E402
from tests.serving import serving  # noqa: E402

RESULTS = ROOT / "benchmarks" / "results" / "extension.csv"
FEED = "https://any.example/feed"
CHROMIUM = "/usr/bin/chromium"
AIMS = {
    "CPU ms per 100 pictures": 15,
    "longest call, ms": 3,
    "calls over 16 ms": 0,
    "layout shift": 0,
    "fetches a picture": 1,
    "heap growth, MB": 10,
    "packaged, KB": 150,
}
SHIFT = """new PerformanceObserver((list) => {
  for (const { value } of list.getEntries()) window.shift = (window.shift ?? 0) + value;
}).observe({ type: "layout-shift", buffered: true })"""


def feed(pictures: int) -> str:
    items = "".join(
        f'<p style="position: relative; margin: 0 0 20px; height: 300px">'
        f'<img src="https://cdn.example/{number}.jpg" width="450" height="300" loading="lazy">'
        for number in range(pictures)
    )
    return f"<!doctype html><title>Feed</title>{items}"


def scroll(page: Page, seconds: float) -> None:
    """To the end at a steady speed, a step a frame."""
    page.evaluate(
        """(seconds) => new Promise((done) => {
          const height = document.body.scrollHeight - innerHeight, start = performance.now();
          const step = (now) => {
            const share = Math.min(1, (now - start) / 1000 / seconds);
            scrollTo(0, height * share);
            share < 1 ? requestAnimationFrame(step) : done();
          };
          requestAnimationFrame(step);
        })""",
        seconds,
    )


def heap(devtools: CDPSession) -> float:
    """MB in use by page and content script together, after a collection."""
    devtools.send("HeapProfiler.collectGarbage")
    return float(devtools.send("Runtime.getHeapUsage")["usedSize"]) / 1e6


def calls_of_extension(events: list[dict[str, Any]]) -> list[float]:
    """Milliseconds of CPU of each outermost call into the extension's scripts."""
    names = {"FunctionCall", "EvaluateScript", "v8.callFunction"}
    ours = [
        event
        for event in events
        if event.get("name") in names
        and event.get("ph") == "X"
        and "chrome-extension://" in json.dumps(event.get("args", {}))
    ]
    return [event.get("tdur", event.get("dur", 0)) / 1000 for event in ours]


def trace(devtools: CDPSession, page: Page, seconds: float) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []
    complete: list[bool] = []
    devtools.on("Tracing.dataCollected", lambda data: events.extend(data["value"]))
    devtools.on("Tracing.tracingComplete", lambda _: complete.append(True))
    categories = ["devtools.timeline", "v8"]
    config = {"includedCategories": categories, "recordMode": "recordAsMuchAsPossible"}
    devtools.send("Tracing.start", {"transferMode": "ReportEvents", "traceConfig": config})
    scroll(page, seconds)
    devtools.send("Tracing.end")
    while not complete:
        page.wait_for_timeout(50)
    return events


def measure(extension: Extension, web: FakeWeb, pictures: int, seconds: float) -> dict[str, float]:
    page = extension.context.new_page()
    page.goto(FEED, wait_until="domcontentloaded")
    page.evaluate(SHIFT)
    devtools = page.context.new_cdp_session(page)
    while not badges(extension, page):
        time.sleep(0.1)
    before = heap(devtools)
    web.requests.clear()
    calls = calls_of_extension(trace(devtools, page, seconds))
    page.wait_for_timeout(2000)
    fetched = web.fetched()
    packaged = next(ROOT.glob("extension/dist/*-chrome.zip")).stat().st_size
    figures = {
        "CPU ms per 100 pictures": sum(calls) / pictures * 100,
        "longest call, ms": max(calls, default=0.0),
        "calls over 16 ms": float(sum(call > 16 for call in calls)),
        "layout shift": float(page.evaluate("window.shift ?? 0")),
        "fetches a picture": len(fetched) / max(1, len(set(fetched))),
        "heap growth, MB": heap(devtools) - before,
        "packaged, KB": packaged / 1000,
    }
    page.close()
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=20, help="for the whole feed")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        allowed = as_if_allowed(ROOT / "extension/dist/chrome", folder / "allowed")
        with (
            fake_web(folder) as web,
            serving(folder) as service,
            sync_playwright() as playwright,
            browser_with(
                allowed, folder / "profile", playwright, CHROMIUM, flags_for(web)
            ) as extension,
        ):
            web.pages[FEED] = feed(options.pictures)
            extension.use_service(service.url)
            switch_on(extension, "https://any.example/*")
            figures = measure(extension, web, options.pictures, options.seconds)
    with RESULTS.open("w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["figure", "measured", "aim", "pictures", "seconds"])
        for figure, value in figures.items():
            row = [figure, round(value, 3), AIMS[figure], options.pictures, options.seconds]
            table.writerow(row)
            print(f"{figure}: {value:.3f} (aim {AIMS[figure]})")


if __name__ == "__main__":
    main()
