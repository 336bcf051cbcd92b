import { t } from "../shared/i18n";

export const CHECK_IMAGE = "check-image";
export const CHECK_ALL = "check-all";

/** The menu's items; the browser keeps them over restarts. */
export async function makeMenu(): Promise<void> {
  const documentUrlPatterns = ["http://*/*", "https://*/*"];
  await chrome.contextMenus.removeAll();
  chrome.contextMenus.create({
    id: CHECK_IMAGE,
    title: t("menu_check"),
    // Backgrounds, posters and what lies under a link's overlay are no images to the browser's menu.
    contexts: ["image", "video", "link", "page"],
    documentUrlPatterns,
  });
  chrome.contextMenus.create({
    id: CHECK_ALL,
    title: t("menu_check_all"),
    contexts: ["page"],
    documentUrlPatterns,
  });
}
