"""Around the extension's tests: pictures, web sites that show them, and a browser to drive."""

import json
import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NotRequired, TypedDict, cast

from PIL import Image
from playwright.sync_api import BrowserContext, FloatRect, Page, Playwright, Worker
from tests.e2e.conftest import CHROMIUM_FLAGS
from tests.pictures import encode, scene

TEST_HOSTS = [
    "--host-resolver-rules=MAP page.test 127.0.0.1,MAP cdn.test 127.0.0.1,"
    "MAP * ~NOTFOUND,EXCLUDE 127.0.0.1,EXCLUDE localhost",
]
CARD = "realeyez-card"
VERDICTS = ["ai", "ai_edited", "real", "unsure"]
LIMIT_MS = 40_000


def picture(seed: int = 0, width: int = 960, height: int = 640, orientation: int = 1) -> bytes:
    """A JPEG; `orientation` is how its EXIF says it is to be turned."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encode(scene(width, height, seed), quality=90, exif=exif)


@dataclass
class Reply:
    """What a site answers at one path; with `gate`, only once it is opened."""

    body: bytes
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    gate: threading.Event | None = None


@dataclass
class Site:
    """A web site at http://`host`: it answers `replies` and notes the `requests`."""

    host: str
    replies: dict[str, Reply] = field(default_factory=dict)
    requests: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    asked: threading.Event = field(default_factory=threading.Event)
    port: int = 0

    def url(self, path: str = "") -> str:
        return f"http://{self.host}:{self.port}{path}"

    def requests_for(self, path: str) -> list[tuple[str, dict[str, str]]]:
        return [(method, headers) for method, at, headers in self.requests if at == path]


@contextmanager
def serve(site: Site) -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer()

        def do_POST(self) -> None:
            self.answer()

        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            path = self.path.partition("?")[0]
            site.requests.append((self.command, path, dict(self.headers)))
            site.asked.set()
            reply = site.replies.get(path, Reply(b"<h1>Not found</h1>", status=404))
            if reply.gate:
                reply.gate.wait(LIMIT_MS / 1000)
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    # A browser that leaves early is no error of the test; a method is set on one instance, which
    # mypy refuses.
    server.handle_error = lambda request, client_address: None  # type: ignore[method-assign]  aborted loads are no news
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    site.port = server.server_port
    try:
        yield site
    finally:
        for reply in site.replies.values():
            if reply.gate:
                reply.gate.set()
        server.shutdown()
        server.server_close()
        thread.join()


class CardView(TypedDict):
    """What a person sees of the card, read from its closed shadow root."""

    cards: int
    kind: str
    text: str
    box: FloatRect
    focus: str | None
    buttons: dict[str, FloatRect]
    meter: NotRequired[str]
    thumbnail: NotRequired[dict[str, float]]
    overlay: NotRequired[FloatRect]


# Runs in the extension's own world of the page, which alone sees into the closed root.
LOOK = """async ([tabId, frameId, kinds, limit]) => {
  const look = async (kinds, limit) => {
    const end = Date.now() + limit;
    const box = (element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      return { x, y, width, height };
    };
    for (;;) {
      const hosts = document.querySelectorAll("realeyez-card");
      const root = hosts[0] && chrome.dom.openOrClosedShadowRoot(hosts[0]);
      const body = root?.querySelector(".body");
      if (!kinds.includes(body?.dataset.kind)) {
        if (Date.now() > end) return { kind: "none", text: body?.innerText ?? "no card" };
        await new Promise((resolve) => setTimeout(resolve, 20));
        continue;
      }
      const view = {
        cards: hosts.length,
        kind: body.dataset.kind,
        text: body.innerText,
        box: box(root.querySelector(".card")),
        focus: root.activeElement?.getAttribute("role") ?? null,
        buttons: {},
      };
      for (const button of root.querySelectorAll("button")) {
        view.buttons[button.ariaLabel || button.innerText] = box(button);
      }
      const meter = root.querySelector("[role=meter]");
      if (meter) view.meter = meter.getAttribute("aria-valuetext");
      const canvas = root.querySelector(".thumbnail");
      if (canvas) {
        const { width, height } = canvas;
        const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
        let opaque = 0;
        const colours = new Set();
        for (let i = 0; i < data.length; i += 4) {
          if (data[i + 3] === 255) opaque += 1;
          colours.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
        }
        view.thumbnail = { width, height, opaque: opaque / width / height, colours: colours.size };
      }
      const overlay = root.querySelector(".overlay");
      if (overlay) view.overlay = box(overlay);
      return view;
    }
  };
  const target = { tabId, frameIds: [frameId] };
  const args = [kinds, limit];
  const [{ result }] = await chrome.scripting.executeScript({ target, func: look, args });
  return result;
}"""

CLICK_MENU_OF_PAGE = """async (url) => {
  const tab = (await chrome.tabs.query({})).find((tab) => tab.url === url);
  chrome.contextMenus.onClicked.dispatch({ menuItemId: "check-all", pageUrl: url }, tab);
}"""

CLICK_MENU = """async ([url, info]) => {
  const tab = (await chrome.tabs.query({})).find((tab) => tab.url === url);
  const click = { menuItemId: "check-image", mediaType: "image", pageUrl: url, ...info };
  chrome.contextMenus.onClicked.dispatch(click, tab);
}"""

TAB_ID = "async (url) => (await chrome.tabs.query({})).find((tab) => tab.url === url).id"

FRAME_ID = """async ([tabId, url]) => {
  const frames = await chrome.scripting.executeScript({
    target: { tabId, allFrames: true }, func: () => location.href,
  });
  return frames.find(({ result }) => result === url).frameId;
}"""


@dataclass
class Extension:
    """The extension in its browser; `options` is its options page, which has its powers too."""

    context: BrowserContext
    options: Page

    @property
    def worker(self) -> Worker:
        """The background worker: the newest, because the browser may have stopped earlier ones."""
        return self.context.service_workers[-1]

    def use_service(self, url: str) -> None:
        self.options.evaluate("(service) => chrome.storage.local.set({ service })", url)

    def check(self, page: Page, src_url: str, frame_url: str | None = None) -> None:
        """What choosing the menu item does; a headless browser draws no menu to click."""
        info = {"srcUrl": src_url, "frameId": self._frame(page, frame_url)}
        self.worker.evaluate(CLICK_MENU, [page.url, info])

    def check_all(self, page: Page) -> None:
        """What the page's own menu item does."""
        self.worker.evaluate(CLICK_MENU_OF_PAGE, page.url)

    def popup(self, page: Page) -> Page:
        """The toolbar's popup for a page, in a tab of its own."""
        popup = self.context.new_page()
        popup.set_viewport_size({"width": 300, "height": 420})
        address = f"popup/popup.html?tab={self.tab_id(page)}"
        popup.goto(self.options.url.replace("options/options.html", address))
        return popup

    def card(self, page: Page, *kinds: str, frame_url: str | None = None) -> CardView:
        """The card, once it is of one of these kinds (any verdict, if none is named)."""
        wanted = list(kinds or VERDICTS)
        where = [self.tab_id(page), self._frame(page, frame_url), wanted, LIMIT_MS]
        view = cast("CardView", self.options.evaluate(LOOK, where))
        assert view["kind"] in wanted, f"no card of {wanted}; it shows: {view['text']}"
        return view

    def stop_worker(self) -> None:
        """What the browser may do at any time."""
        devtools = self.context.new_cdp_session(self.options)
        devtools.send("ServiceWorker.enable")
        devtools.send("ServiceWorker.stopAllWorkers")
        devtools.detach()

    def tab_id(self, page: Page) -> int:
        return cast("int", self.options.evaluate(TAB_ID, page.url))

    def _frame(self, page: Page, url: str | None) -> int:
        if not url:
            return 0
        return cast("int", self.options.evaluate(FRAME_ID, [self.tab_id(page), url]))


def press(page: Page, view: CardView, label: str) -> None:
    """A real click in the middle of one of the card's buttons."""
    box = view["buttons"][label]
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def as_if_allowed(built: Path, copy: Path) -> Path:
    """A copy of the extension with every site allowed, as if the person had said yes to each."""
    shutil.copytree(built, copy)
    path = copy / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["host_permissions"] += manifest.pop("optional_host_permissions")
    path.write_text(json.dumps(manifest))
    return copy


@contextmanager
def browser_with(
    extension: Path,
    profile: Path,
    playwright: Playwright,
    chromium: str,
    flags: Sequence[str] = TEST_HOSTS,
    display: str | None = None,
) -> Iterator[Extension]:
    """display: an X display to have a window on; without one there is none."""
    context = playwright.chromium.launch_persistent_context(
        profile,
        executable_path=chromium,
        headless=display is None,
        env={**os.environ, "DISPLAY": display} if display else None,
        chromium_sandbox=False,
        viewport={"width": 1280, "height": 800},
        reduced_motion="reduce",
        args=[
            *CHROMIUM_FLAGS,
            *([] if display else ["--headless=new"]),
            *flags,
            f"--disable-extensions-except={extension}",
            f"--load-extension={extension}",
        ],
    )
    try:
        worker = (context.service_workers or [context.wait_for_event("serviceworker")])[0]
        options = context.new_page()
        options.goto(worker.url.replace("background.js", "options/options.html"))
        yield Extension(context, options)
    finally:
        context.close()
