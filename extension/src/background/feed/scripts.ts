import type { ToFeed } from "../../shared/messages";
import { settings } from "../../shared/settings";

const ID = "feed";
const FILE = "feed.js";

/**
 * Have the pages that the person switched on, and the browser allows, show badges, and no others.
 * Safe to call at any time; calls run one after another.
 */
export function syncFeedScripts(): Promise<void> {
  last = last.then(sync, sync);
  return last;
}

let last: Promise<void> = Promise.resolve();

async function sync(): Promise<void> {
  const pages = await allowedPages();
  const [script] = await chrome.scripting.getRegisteredContentScripts({ ids: [ID] });
  const before = script?.matches ?? [];
  if (!same(pages, before)) {
    const wanted = { id: ID, matches: pages, js: [FILE], css: [] };
    if (pages.length === 0) await chrome.scripting.unregisterContentScripts({ ids: [ID] });
    else if (script) await chrome.scripting.updateContentScripts([wanted]);
    else await chrome.scripting.registerContentScripts([wanted]);
  }
  const gone = before.filter((page) => !pages.includes(page));
  await Promise.all([
    ...(await tabsAt(gone)).map(stopFeed),
    ...(await tabsAt(pages)).map(startFeed),
  ]);
}

/** The browser keeps them in an order of its own. */
function same(a: string[], b: string[]): boolean {
  return [...a].sort().join() === [...b].sort().join();
}

async function allowedPages(): Promise<string[]> {
  const { pages } = await settings();
  const allowed = await Promise.all(
    pages.map((page) => chrome.permissions.contains({ origins: [page] })),
  );
  return pages.filter((_, index) => allowed[index]);
}

async function tabsAt(url: string[]): Promise<number[]> {
  if (url.length === 0) return [];
  return (await chrome.tabs.query({ url })).flatMap(({ id }) => id ?? []);
}

/** Does nothing where it runs already. */
export async function startFeed(tabId: number): Promise<void> {
  await chrome.scripting.executeScript({ target: { tabId }, files: [FILE] }).catch(() => {});
}

export async function stopFeed(tabId: number): Promise<void> {
  const message: ToFeed = { type: "stop-feed" };
  await chrome.tabs.sendMessage(tabId, message).catch(() => {});
  await chrome.action.setBadgeText({ tabId, text: "" }).catch(() => {});
}
