/**
 * The checks a person asked for, by id. A page may only run one of these: it cannot make the extension
 * fetch an address of its own choosing. Kept in session storage to outlive the background worker.
 */
export interface Pending {
  srcUrl: string;
  tabId: number;
}

const key = (id: string) => `check:${id}`;

export async function remember(id: string, check: Pending): Promise<void> {
  await chrome.storage.session.set({ [key(id)]: check });
}

export async function recall(id: string, tabId: number | undefined): Promise<Pending | null> {
  const check = (await chrome.storage.session.get(key(id)))[key(id)] as Pending | undefined;
  return check && check.tabId === tabId ? check : null;
}

export async function forget(id: string): Promise<void> {
  await chrome.storage.session.remove(key(id));
}
