import type messages from "../_locales/en/messages.json";

export type MessageKey = keyof typeof messages | "@@bidi_dir";

const known = new Map<MessageKey, string>();

/** A text in the person's language; `values` fill its $1, $2, …. */
export function t(key: MessageKey, ...values: string[]): string {
  if (values.length > 0) return chrome.i18n.getMessage(key, values);
  // Asked for again and again by badges; the browser's own look-up is not cheap.
  let text = known.get(key);
  if (text === undefined) {
    text = chrome.i18n.getMessage(key);
    known.set(key, text);
  }
  return text;
}
