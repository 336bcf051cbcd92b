export const DEFAULT_SERVICE = "http://localhost:8000";

/** Which verdicts show as badges, and how. */
export interface FeedSettings {
  show: { ai: boolean; ai_edited: boolean; unsure: boolean; real: boolean; error: boolean };
  /** Pictures of AI are blurred until clicked. */
  blur: boolean;
  /** The badge says how likely, too. */
  confidence: boolean;
}

export interface Settings extends FeedSettings {
  service: string;
  /** "" where the service asks for none. */
  key: string;
  /** Match patterns of the pages that show badges. */
  pages: string[];
}

export const DEFAULTS: Settings = {
  service: DEFAULT_SERVICE,
  key: "",
  pages: [],
  show: { ai: true, ai_edited: true, unsure: true, real: true, error: true },
  blur: false,
  confidence: false,
};

/** Read at each use, so that a change counts from the next one. */
export async function settings(): Promise<Settings> {
  return tidy(await chrome.storage.local.get(DEFAULTS as unknown as Record<string, unknown>));
}

export async function saveSettings(change: Partial<Settings>): Promise<void> {
  await chrome.storage.local.set(change);
}

export async function serviceAddress(): Promise<string> {
  return (await settings()).service;
}

export async function saveServiceAddress(service: string): Promise<void> {
  await saveSettings({ service });
}

/** The address without a trailing slash, or null where it is none of http: or https:. */
export function parseAddress(text: string): string | null {
  const url = URL.parse(text.trim());
  if (!url || !/^https?:$/.test(url.protocol)) return null;
  return (url.origin + url.pathname).replace(/\/+$/, "");
}

/** Settings as a file for another browser. The key stays here: it is a secret. */
export function exportSettings({ key: _, ...rest }: Settings): string {
  return JSON.stringify({ realeyez: 1, ...rest }, null, 2);
}

/** The settings in such a file, or null if it is none. `pages` need the browser's leave first. */
export function importSettings(text: string): Omit<Settings, "key"> | null {
  try {
    const file = JSON.parse(text) as Record<string, unknown> | null;
    if (file?.realeyez !== 1) return null;
    const { key: _, ...rest } = tidy(file);
    return rest;
  } catch {
    return null;
  }
}

/** Whatever was stored, as settings: what is missing or of another kind is as by default. */
function tidy(stored: Record<string, unknown>): Settings {
  const { service, key, pages, show, blur, confidence } = stored as Partial<Settings>;
  const shown = { ...DEFAULTS.show };
  for (const kind of Object.keys(shown) as (keyof typeof shown)[]) {
    if (typeof show?.[kind] === "boolean") shown[kind] = show[kind];
  }
  return {
    service: (typeof service === "string" && parseAddress(service)) || DEFAULTS.service,
    key: typeof key === "string" ? key : "",
    pages: Array.isArray(pages) ? pages.filter(isPattern) : [],
    show: shown,
    blur: blur === true,
    confidence: confidence === true,
  };
}

function isPattern(page: unknown): page is string {
  return typeof page === "string" && /^(\*|https?):\/\/(\*\.)?[^/*]+\/\*$/.test(page);
}
