import type messages from "../_locales/en/messages.json";

export type MessageKey = keyof typeof messages | "@@bidi_dir";

export function t(key: MessageKey, ...values: string[]): string {
  return chrome.i18n.getMessage(key, values);
}
