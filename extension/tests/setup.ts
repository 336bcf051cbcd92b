// The little of a browser that the code under test asks for and happy-dom lacks.
import { beforeEach, vi } from "vitest";
import messages from "../src/_locales/en/messages.json";

type Values = Record<string, unknown>;

function storageArea() {
  const stored: Values = {};
  return {
    get: async (wanted: string | Values | null) =>
      typeof wanted === "string"
        ? wanted in stored && { [wanted]: stored[wanted] }
        : { ...wanted, ...stored },
    set: async (values: Values) => void Object.assign(stored, values),
    remove: async (name: string) => void delete stored[name],
  };
}

beforeEach(() => {
  vi.stubGlobal("chrome", {
    i18n: {
      getUILanguage: () => "en",
      getMessage: (key: string, values: string[] = []) =>
        (messages as Record<string, { message: string }>)[key]?.message.replace(
          /\$(\d)/g,
          (_, number) => values[number - 1] ?? "",
        ) ?? "",
    },
    permissions: { contains: async () => true },
    storage: { local: storageArea(), session: storageArea() },
  });
});

if (globalThis.HTMLElement) HTMLElement.prototype.showPopover = () => {};
