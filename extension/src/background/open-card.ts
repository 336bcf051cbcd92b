import type { CloseCard, OpenCard } from "../shared/messages";
import { remember } from "./pending";

/** Put a card into the page, in the frame that holds the picture if it has room. */
export async function openCard(
  srcUrl: string,
  tabId: number,
  frameId: number,
  allowed: Promise<boolean>,
): Promise<void> {
  const id = crypto.randomUUID();
  // A data: address may be too long to keep, and Chrome leaves the longest out: the page reads it.
  await remember(id, { srcUrl: srcUrl.startsWith("data:") ? "data:" : srcUrl, tabId });
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
