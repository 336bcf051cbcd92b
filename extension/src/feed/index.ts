import type { ToFeed } from "../shared/messages";
import { DEFAULTS, settings } from "../shared/settings";
import { siteOf } from "../sites";
import { Feed } from "./feed";
import { rememberPointer } from "./pointer";

declare global {
  var realeyezFeed: Feed | undefined;
}

// Injected twice where a person switches a page on that has it already.
if (!globalThis.realeyezFeed && document.contentType === "text/html") {
  const feed = new Feed(siteOf(location.href, document), DEFAULTS);
  globalThis.realeyezFeed = feed;
  run(feed);
}

function run(feed: Feed): void {
  const ends = new AbortController();
  const onSettings = async () => {
    feed.settings = await settings();
  };
  const onMessage = ({ type }: ToFeed, _sender: unknown, respond: (answer: unknown) => void) => {
    if (type === "ask-counts") respond(feed.counts);
    if (type === "retry-feed") feed.retry();
    if (type === "stop-feed") stop();
  };
  const stop = () => {
    ends.abort();
    feed.stop();
    chrome.storage.local.onChanged.removeListener(onSettings);
    chrome.runtime.onMessage.removeListener(onMessage);
    globalThis.realeyezFeed = undefined;
  };
  chrome.storage.local.onChanged.addListener(onSettings);
  chrome.runtime.onMessage.addListener(onMessage);
  rememberPointer(ends.signal);
  void onSettings().then(() => ends.signal.aborted || feed.start());
}
