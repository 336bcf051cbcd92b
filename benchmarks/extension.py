"""What badges cost a page: a long feed scrolled fast in Chromium, with the extension and without.

    make extension
    .venv/bin/python benchmarks/extension.py [--pictures 2000] [--seconds 20]

About three minutes, in which nothing else may run. The service is real; every picture is its own.
CPU is the main thread's time in the extension's own scripts, from a trace (`tdur`), so the page's
own work is not in it; what else the browser does because of badges is the difference of the main
thread's time with them and without. Writes `benchmarks/results/extension.csv`: a line a figure,
beside the aim; docs/performance.md, *Badges in a feed*, is filled from it.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import shutil
import statistics
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
from tests.serving import Serving, serving  # noqa: E402

RESULTS = ROOT / "benchmarks" / "results" / "extension.csv"
FEED = "https://any.example/feed"
EMPTY = "https://any.example/empty"
POST = (1080, 1350)  # as sites show them
SPEED = 2000  # pixels a second: faster than anybody reads
AIMS: dict[str, float | None] = {
    "CPU ms per 100 pictures": 15,
    "main thread ms per 100 pictures, beyond the page's own": None,
    "longest call, ms": 3,
    "calls over 16 ms": 0,
    "layout shift": 0,
    "fetches a picture": 1,
    "sends a picture": 1,
    "heap growth, MB": 10,
    "time to badge ÷ service time": 1.2,
    "time to badge, ms": None,
    "time to badge where it is scrolled to, ms": None,
    "service time, ms": None,
    "packaged, KB": 150,
}
SHIFT = """new PerformanceObserver((list) => {
  for (const { value } of list.getEntries()) window.shift = (window.shift ?? 0) + value;
}).observe({ type: "layout-shift", buffered: true })"""


# In the extension's world of the page: from a picture's arrival to its badge's verdict. Either it
# arrives in the window, or below it, and is scrolled to at so many pixels a second.
TIME_TO_BADGE = """async ([tabId, address, speed]) => {
  const show = async (address, speed) => {
    document.body.replaceChildren();
    scrollTo(0, 0);
    const image = new Image(450, 562);
    const loaded = new Promise((resolve) => { image.onload = resolve });
    image.src = address;
    if (speed) image.style.marginTop = `${2 * innerHeight}px`;
    document.body.append(image);
    await loaded;
    if (speed) {
      let before = performance.now();
      await new Promise((inSight) => {
        const step = (now) => {
          scrollBy(0, Math.ceil((speed * (now - before)) / 1000));
          before = now;
          if (image.getBoundingClientRect().top < innerHeight) inSight();
          else requestAnimationFrame(step);
        };
        requestAnimationFrame(step);
      });
    }
    const start = performance.now();
    for (;;) {
      const host = document.querySelector("realeyez-badge");
      const root = host && chrome.dom.openOrClosedShadowRoot(host);
      const kind = root?.querySelector("button").dataset.kind;
      if (["ai", "ai_edited", "unsure", "real"].includes(kind)) return performance.now() - start;
      if (performance.now() - start > 60_000) throw new Error(`no verdict: ${kind}`);
      await new Promise((resolve) => { setTimeout(resolve) });
    }
  };
  const [{ result }] = await chrome.scripting.executeScript({
    target: { tabId }, func: show, args: [address, speed],
  });
  return result;
}"""
# In a page of the extension: reads a picture, so that its bytes are cached for the worker too.
READ = "async (address) => { await (await fetch(address)).blob() }"
SERVICE_TIME = """async ([service, address]) => {
  const body = await (await fetch(address)).blob();
  const start = performance.now();
  const answer = await fetch(`${service}/v1/check?priority=feed`, { method: "POST", body });
  await answer.json();
  return performance.now() - start;
}"""


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
    calls: list[float] = []
    ends: dict[tuple[int, int], float] = {}
    for event in sorted(ours, key=lambda event: (event["ts"], -event.get("dur", 0))):
        thread = (event["pid"], event["tid"])
        if event["ts"] >= ends.get(thread, 0):
            ends[thread] = event["ts"] + event.get("dur", 0)
            calls.append(event.get("tdur", event.get("dur", 0)) / 1000)
    return calls


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


def main_thread_ms(devtools: CDPSession) -> float:
    """The time that the page's main thread has worked so far."""
    metrics = devtools.send("Performance.getMetrics")["metrics"]
    return 1000 * float(next(it["value"] for it in metrics if it["name"] == "TaskDuration"))


def opened(extension: Extension) -> tuple[Page, CDPSession]:
    page = extension.context.new_page()
    page.goto(FEED, wait_until="domcontentloaded")
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    return page, devtools


def without_badges(extension: Extension, seconds: float) -> tuple[float, float]:
    """The main thread's milliseconds, and the layout shift, while the same feed scrolls by."""
    page, devtools = opened(extension)
    page.evaluate(SHIFT)
    page.wait_for_timeout(1000)
    before = main_thread_ms(devtools)
    trace(devtools, page, seconds)
    spent = main_thread_ms(devtools) - before
    shift = float(page.evaluate("window.shift ?? 0"))
    page.close()
    return spent, shift


def checks(service: Serving) -> float:
    """Pictures that the service was sent so far."""
    counts = re.findall(
        r'^realeyez_http_requests_total\{.*route="/v1/check".*\} (\S+)$',
        service.get("/metrics"),
        re.MULTILINE,
    )
    return sum(map(float, counts))


def scrolled(
    extension: Extension, web: FakeWeb, service: Serving, pictures: int, seconds: float
) -> dict[str, float]:
    page, devtools = opened(extension)
    page.evaluate(SHIFT)
    while not badges(extension, page):
        time.sleep(0.1)
    heap_before, spent_before = heap(devtools), main_thread_ms(devtools)
    calls = calls_of_extension(trace(devtools, page, seconds))
    spent = main_thread_ms(devtools) - spent_before
    page.wait_for_timeout(3000)
    fetched = web.fetched()
    figures = {
        "CPU ms per 100 pictures": sum(calls) / pictures * 100,
        "main thread ms per 100 pictures": spent / pictures * 100,
        "longest call, ms": max(calls, default=0.0),
        "calls over 16 ms": float(sum(call > 16 for call in calls)),
        "layout shift": float(page.evaluate("window.shift ?? 0")),
        "fetches a picture": len(fetched) / max(1, len(set(fetched))),
        "sends a picture": checks(service) / max(1, len(set(fetched))),
        "heap growth, MB": heap(devtools) - heap_before,
    }
    page.close()
    return figures


def time_to_badge(extension: Extension, service: Serving, times: int) -> dict[str, float]:
    """Medians, in turns: a badge's wait, and the service's own time for another such picture."""
    page = extension.context.new_page()
    page.goto(EMPTY)
    tab = extension.tab_id(page)
    took: dict[str, list[float]] = {"sent": [], "shown": [], "scrolled": []}
    for number in range(times + 3):
        for way, so_far in took.items():
            address = f"https://cdn.example/{way}/{number}.jpg"
            extension.options.evaluate(READ, address)
            if way == "sent":
                ms = extension.options.evaluate(SERVICE_TIME, [service.url, address])
            else:
                speed = SPEED if way == "scrolled" else 0
                ms = extension.options.evaluate(TIME_TO_BADGE, [tab, address, speed])
            so_far.append(ms)
    page.close()
    # The first ones warm up.
    sent, shown, scrolled = (statistics.median(each[3:]) for each in took.values())
    return {
        "time to badge ÷ service time": shown / sent,
        "time to badge, ms": shown,
        "time to badge where it is scrolled to, ms": scrolled,
        "service time, ms": sent,
    }


def measure(
    extension: Extension, web: FakeWeb, service: Serving, options: argparse.Namespace
) -> dict[str, float]:
    pictures, seconds = options.pictures, options.seconds
    web.pages[FEED] = feed(pictures)
    web.pages[EMPTY] = "<!doctype html><title>Empty</title><body>"
    extension.use_service(service.url)
    spent, shift = without_badges(extension, seconds)
    switch_on(extension, "https://any.example/*")
    web.requests.clear()
    figures = scrolled(extension, web, service, pictures, seconds)
    beyond = figures.pop("main thread ms per 100 pictures") - spent / pictures * 100
    figures["layout shift"] -= shift
    figures["main thread ms per 100 pictures, beyond the page's own"] = beyond
    web.size = POST
    figures |= time_to_badge(extension, service, options.times)
    package = next(ROOT.glob("extension/dist/*-chrome.zip"))
    return figures | {"packaged, KB": package.stat().st_size / 1000}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=20, help="for the whole feed")
    parser.add_argument("--times", type=int, default=30, help="to time a badge")
    parser.add_argument("--results", type=Path, default=RESULTS)
    options = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        sys.exit("no Chromium: `make browser` installs one")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        allowed = as_if_allowed(ROOT / "extension/dist/chrome", folder / "allowed")
        with (
            fake_web(folder) as web,
            serving(folder) as service,
            sync_playwright() as playwright,
            browser_with(
                allowed, folder / "profile", playwright, chromium, flags_for(web)
            ) as extension,
        ):
            figures = measure(extension, web, service, options)
    with options.results.open("w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["figure", "measured", "aim", "pictures", "seconds"])
        for figure, aim in AIMS.items():
            value, goal = round(figures[figure], 3), "" if aim is None else aim
            table.writerow([figure, value, goal, options.pictures, options.seconds])
            print(f"{figure}: {value}" + (f" (aim {goal})" if goal != "" else ""))


if __name__ == "__main__":
    main()
