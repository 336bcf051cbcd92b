import type { AskCard, OpenMeaning, RunCheck, SendFeedback } from "../shared/messages";
import { requestSite } from "../shared/permissions";
import { startFeeds } from "./feed";
import { startFeed } from "./feed/scripts";
import { CHECK_ALL, CHECK_IMAGE, makeMenu } from "./menu";
import { openCard } from "./open-card";
import { runCheck, runFeedback } from "./run-check";

startFeeds();

chrome.runtime.onInstalled.addListener(({ reason }) => {
  void makeMenu();
  if (reason === "install") void chrome.tabs.create({ url: "welcome/welcome.html" });
});

chrome.contextMenus.onClicked.addListener((info, tab) => {
  if (tab?.id === undefined) return;
  if (info.menuItemId === CHECK_ALL) void startFeed(tab.id);
  if (info.menuItemId !== CHECK_IMAGE) return;
  // A video's address is none of a picture: its poster is what is seen.
  const srcUrl = info.mediaType === "image" ? (info.srcUrl ?? "") : "";
  // First of all, while this still counts as the person's click.
  const allowed = requestSite(srcUrl);
  void openCard(srcUrl, tab.id, info.frameId ?? 0, allowed);
});

chrome.runtime.onMessage.addListener(
  (message: RunCheck | SendFeedback | AskCard | OpenMeaning, { tab, frameId }, respond) => {
    switch (message.type) {
      case "run-check":
        void runCheck(message, tab?.id).then(respond);
        return true; // the answer comes later
      case "send-feedback":
        void runFeedback(message).then(respond);
        return true;
      case "ask-card":
        if (tab?.id !== undefined) {
          void openCard(message.srcUrl, tab.id, frameId ?? 0, Promise.resolve(true));
        }
        return false;
      case "open-meaning":
        void chrome.tabs.create({ url: "welcome/welcome.html#meaning" });
        return false;
      default:
        return false;
    }
  },
);
