import { FEED_PORT, type Wants } from "../../shared/messages";
import { Cache } from "./cache";
import { Desk, type ServiceState } from "./desk";
import { LookUp } from "./look-up";
import { syncFeedScripts } from "./scripts";

/** Answers the feeds of all pages, keeps their scripts in step with what the person allows. */
export function startFeeds(): void {
  const lookUp = new LookUp(new Cache());
  const desk = new Desk((want, signal) => lookUp.verdict(want, signal), note());

  chrome.runtime.onConnect.addListener((port) => {
    if (port.name !== FEED_PORT) return;
    desk.serve(port);
    port.onMessage.addListener(({ found }: Wants) => count(port.sender?.tab?.id, found));
  });

  const sync = () => void syncFeedScripts();
  chrome.runtime.onInstalled.addListener(sync);
  chrome.runtime.onStartup.addListener(sync);
  chrome.permissions.onAdded.addListener(sync);
  chrome.permissions.onRemoved.addListener(sync);
  chrome.storage.local.onChanged.addListener(({ pages }) => pages && sync());
}

/** The toolbar says how many pictures of AI the page has. */
function count(tabId: number | undefined, found: number): void {
  if (tabId === undefined) return;
  const text = found > 0 ? String(found) : "";
  void chrome.action.setBadgeText({ tabId, text }).catch(() => {});
  void chrome.action.setBadgeBackgroundColor({ tabId, color: "#96160f" }).catch(() => {});
}

/** Kept for the popup; written where it changes. */
function note(): (state: ServiceState) => void {
  let last = "";
  return (service) => {
    const now = JSON.stringify(service);
    if (now !== last) void chrome.storage.session.set({ service });
    last = now;
  };
}
