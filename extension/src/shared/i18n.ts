import type messages from "../_locales/en/messages.json";

export type MessageKey = keyof typeof messages;

const known = new Map<string, string>();

/** With what was filled in; whoever reads a long feed of broken pictures has many hosts. */
const MOST_KNOWN = 500;

/** A text in the person's language; `values` fill its $1, $2, …. */
export function t(key: MessageKey, ...values: string[]): string {
  // Asked for again and again by badges; the browser's own look-up is not cheap.
  const asked = [key, ...values].join("\0");
  let text = known.get(asked);
  if (text === undefined) {
    text = chrome.i18n.getMessage(key, values);
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(asked, text);
  }
  return text;
}
