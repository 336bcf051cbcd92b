import { type MessageKey, t } from "./i18n";

/** The one element of an extension page that a selector names. */
export function find<T extends HTMLElement = HTMLElement>(selector: string): T {
  return document.querySelector(selector) as T;
}

/** Fill in an extension page's texts: elements name theirs in `data-text`. */
export function fillTexts(title: MessageKey): void {
  document.documentElement.lang = t("language");
  document.documentElement.dir = t("direction");
  document.title = t(title);
  for (const element of document.querySelectorAll<HTMLElement>("[data-text]")) {
    element.textContent = t(element.dataset.text as MessageKey);
  }
}
