export const EVERY_SITE = ["http://*/*", "https://*/*"];

/** The match pattern of an address's site, or null for data:, blob: and the like, which have none. */
export function sitePattern(address: string): string | null {
  const url = URL.parse(address);
  return url && /^https?:$/.test(url.protocol) ? `${url.protocol}//${url.hostname}/*` : null;
}

/**
 * Ask the person for leave to read from an address's site; true at once where it is already given.
 * Call it in a click, before any await: the browser shows its question at no other time.
 */
export function requestSite(address: string): Promise<boolean> {
  const pattern = sitePattern(address);
  if (!pattern) return Promise.resolve(true);
  const site = { origins: [pattern] };
  // The request throws where it does not count as a click, even for a site that is allowed already.
  return chrome.permissions.request(site).catch(() => chrome.permissions.contains(site));
}
