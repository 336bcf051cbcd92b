export const DEFAULT_SERVICE = "http://localhost:8000";

/** Read at each check, so that a change counts from the next one. */
export async function serviceAddress(): Promise<string> {
  const { service } = await chrome.storage.local.get({ service: DEFAULT_SERVICE });
  return parseAddress(service as string) ?? DEFAULT_SERVICE;
}

export async function saveServiceAddress(address: string): Promise<void> {
  await chrome.storage.local.set({ service: address });
}

/** The address without a trailing slash, or null where it is none of http: or https:. */
export function parseAddress(text: string): string | null {
  const url = URL.parse(text.trim());
  if (!url || !/^https?:$/.test(url.protocol)) return null;
  return (url.origin + url.pathname).replace(/\/+$/, "");
}
