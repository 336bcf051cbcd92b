"""Around the feed's tests: a browser whose whole web is `fake_web`, and what its badges say."""

import time
from collections.abc import Callable
from typing import NotRequired, TypedDict, cast

from playwright.sync_api import FloatRect, Page
from tests.e2e.extension_pages import LIMIT_MS, Extension
from tests.e2e.fake_web import FakeWeb

DECIDED = {"ai", "ai_edited", "real", "unsure"}


# A picture for each state, for a web that refuses closed.jpg and holds slow.jpg back.
STATES = """<!doctype html><title>States</title><style>
  body { margin: 24px; display: grid; grid-template-columns: repeat(3, 384px); gap: 24px }
  p { position: relative; margin: 0 } img { display: block; width: 384px; height: 256px }
</style>""" + "".join(
    f"<p><img src='https://cdn.example/{path}'></p>"
    for path in ("ai/9.png", "edited/9.png", "slow.jpg?hold", "closed.jpg", "1.jpg", "2.jpg")
)


class BadgeView(TypedDict):
    """One badge, read from its closed shadow root."""

    kind: str
    label: str
    title: str
    text: str
    box: FloatRect
    live: str
    veiled: NotRequired[bool]


LOOK = """async ([tabId]) => {
  const look = () => {
    const found = [];
    const walk = (root) => {
      for (const element of root.querySelectorAll("*")) {
        if (!(element instanceof HTMLElement)) continue;
        const shadow = chrome.dom.openOrClosedShadowRoot(element);
        if (element.localName !== "realeyez-badge") {
          if (shadow) walk(shadow);
          continue;
        }
        const button = shadow.querySelector("button");
        if (button.hidden) continue;
        const { x, y, width, height } = button.getBoundingClientRect();
        found.push({
          kind: button.dataset.kind, label: button.ariaLabel, title: button.title,
          text: button.innerText, box: { x, y, width, height }, live: button.ariaLive,
          veiled: !!shadow.querySelector(".veil"),
        });
      }
    };
    walk(document);
    return found;
  };
  const [{ result }] = await chrome.scripting.executeScript({ target: { tabId }, func: look });
  return result;
}"""


def flags_for(web: FakeWeb) -> list[str]:
    """Every host over https is the fake web; the service is itself."""
    rules = f"MAP *:443 127.0.0.1:{web.port},MAP * ~NOTFOUND,EXCLUDE 127.0.0.1,EXCLUDE localhost"
    return ["--ignore-certificate-errors", f"--host-resolver-rules={rules}"]


def switch_on(extension: Extension, *pages: str) -> None:
    """As if the person had switched these match patterns on; returns once the browser knows."""
    extension.options.evaluate("(pages) => chrome.storage.local.set({ pages })", list(pages))
    script = """async (pages) => {
      const [script] = await chrome.scripting.getRegisteredContentScripts({ ids: ["feed"] });
      return (script?.matches ?? []).sort().join() === pages.sort().join();
    }"""
    wait_for(lambda: extension.options.evaluate(script, list(pages)), "the feed's script")


def badges(extension: Extension, page: Page) -> list[BadgeView]:
    """All badges in the page now, in the order of the document."""
    tab = extension.tab_id(page)
    return cast("list[BadgeView]", extension.options.evaluate(LOOK, [tab]))


def decided(extension: Extension, page: Page, count: int) -> list[BadgeView]:
    """The badges, once there are so many and all of them have a verdict."""

    def ready() -> bool:
        seen = badges(extension, page)
        return len(seen) == count and all(it["kind"] in DECIDED for it in seen)

    wait_for(ready, f"{count} verdicts", lambda: badges(extension, page))
    return badges(extension, page)


def wait_for(
    condition: Callable[[], object],
    what: str,
    state: Callable[[], object] = lambda: "",
    limit_s: float = LIMIT_MS / 1000,
) -> None:
    """Until `condition` holds; past the limit the test fails and says the `state`."""
    end = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end, f"no {what}; there is {state()}"
        time.sleep(0.1)
