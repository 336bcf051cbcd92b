import { generic, siteOf } from "../sites";
import { saveSettings, settings } from "./settings";

/** The site of a tab, as a person switches it on and off. */
export interface PageSite {
  name: string;
  pages: string[];
  media: string[];
  isOn(): Promise<boolean>;
}

/** Null for pages that no extension may change. Needs activeTab or leave for the page. */
export async function pageSite(tab: chrome.tabs.Tab | undefined): Promise<PageSite | null> {
  const url = URL.parse(tab?.url ?? "");
  if (tab?.id === undefined || !url || !/^https?:$/.test(url.protocol)) return null;
  const known = siteOf(url.href);
  const own = `${url.protocol}//${url.hostname}/*`;
  const pages = known === generic ? [own] : [...known.pages];
  const media = known === generic ? await mediaHosts(tab.id) : [...known.media];
  return {
    name: known === generic ? url.host : known.name,
    pages,
    media,
    isOn: async () => {
      const { pages: on } = await settings();
      return pages.some((page) => on.includes(page)) && allowed(pages);
    },
  };
}

/**
 * Call it in a click. What is wanted is noted before the browser asks, because Firefox closes the
 * popup then; the background puts the badges up as soon as leave is given.
 */
export async function switchOn({ pages, media }: PageSite): Promise<boolean> {
  // Asked for before any await: the click counts no longer after it.
  const asked = chrome.permissions.request({ origins: [...pages, ...media] });
  const { pages: on } = await settings();
  await saveSettings({ pages: [...new Set([...on, ...pages])] });
  return asked.catch(() => allowed(pages));
}

export async function switchOff({ pages }: Pick<PageSite, "pages">): Promise<void> {
  const { pages: on } = await settings();
  await saveSettings({ pages: on.filter((page) => !pages.includes(page)) });
}

function allowed(origins: string[]): Promise<boolean> {
  return chrome.permissions.contains({ origins });
}

/** Where the pictures that a page shows now come from. */
async function mediaHosts(tabId: number): Promise<string[]> {
  const look = () =>
    [...document.images].map(({ currentSrc, width }) => (width >= 96 ? currentSrc : ""));
  const target = { tabId };
  const found = await chrome.scripting.executeScript({ target, func: look }).catch(() => []);
  const patterns = (found[0]?.result ?? []).flatMap((address) => {
    const url = URL.parse(address);
    return url && /^https?:$/.test(url.protocol) ? `${url.protocol}//${url.hostname}/*` : [];
  });
  return [...new Set(patterns)].slice(0, 20);
}
