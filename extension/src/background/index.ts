import { t } from "../shared/i18n";
import type { CloseCard, OpenCard, RunCheck } from "../shared/messages";
import { requestSite } from "../shared/permissions";
import { remember } from "./pending";
import { runCheck } from "./run-check";

const MENU_ITEM = "check-image";

chrome.runtime.onInstalled.addListener(async () => {
  await chrome.contextMenus.removeAll();
  chrome.contextMenus.create({
    id: MENU_ITEM,
    title: t("menu_check"),
    contexts: ["image"],
    documentUrlPatterns: ["http://*/*", "https://*/*"],
  });
});

chrome.contextMenus.onClicked.addListener((info, tab) => {
  const { menuItemId, srcUrl = "", frameId = 0 } = info;
  if (menuItemId !== MENU_ITEM || tab?.id === undefined) return;
  // First of all, while this still counts as the person's click.
  const allowed = requestSite(srcUrl);
  void openCard(srcUrl, tab.id, frameId, allowed);
});

chrome.runtime.onMessage.addListener((message: RunCheck, sender, respond) => {
  if (message.type !== "run-check") return false;
  void runCheck(message, sender.tab?.id).then(respond);
  return true; // the answer comes later
});

async function openCard(
  srcUrl: string,
  tabId: number,
  frameId: number,
  allowed: Promise<boolean>,
): Promise<void> {
  const id = crypto.randomUUID();
  // A data: address may be too long to keep, and Chrome leaves the longest out: the page reads it.
  await remember(id, { srcUrl: /^(data:|$)/.test(srcUrl) ? "data:" : srcUrl, tabId });
  const message: OpenCard = { type: "open-card", id, srcUrl, allowed: await allowed };
  const close: CloseCard = { type: "close-card" };
  await chrome.tabs.sendMessage(tabId, close).catch(() => {}); // none of ours is there yet
  // The frame that holds the picture; else the page itself, because a frame can be closed to us
  // (another site's) or too small for a card.
  for (const frame of new Set([frameId, 0])) {
    try {
      const target = { tabId, frameIds: [frame] };
      await chrome.scripting.executeScript({ target, files: ["content.js"] });
      if (await chrome.tabs.sendMessage(tabId, message, { frameId: frame })) return;
    } catch (error) {
      console.warn(`No card in frame ${frame}:`, error);
    }
  }
}
