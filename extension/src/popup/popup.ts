import type { ServiceState } from "../background/feed/desk";
import { el, glyph } from "../shared/dom";
import { t } from "../shared/i18n";
import type { Counts, ToFeed } from "../shared/messages";
import { fillTexts, find } from "../shared/page";
import { settings } from "../shared/settings";
import { type PageSite, pageSite, switchOff, switchOn } from "../shared/site-switch";
import { serviceText } from "./service-text";

const KINDS = ["ai", "ai_edited", "unsure", "real", "error", "checking"] as const;
const COUNT_AGAIN_MS = 1000;
const ASK_AGAIN_MS = 5000;

fillTexts("name");
void open();

async function open(): Promise<void> {
  find("#options").addEventListener("click", () => void chrome.runtime.openOptionsPage());
  const wanted = Number(new URLSearchParams(location.search).get("tab"));
  const tab = wanted
    ? await chrome.tabs.get(wanted)
    : (await chrome.tabs.query({ active: true, currentWindow: true }))[0];
  const site = await pageSite(tab);
  await showSwitch(site);
  void showService();
  setInterval(() => void showService(), ASK_AGAIN_MS);
  if (tab?.id !== undefined) {
    const { id } = tab;
    void showCounts(id);
    setInterval(() => void showCounts(id), COUNT_AGAIN_MS);
  }
}

async function showSwitch(site: PageSite | null): Promise<void> {
  const on = find<HTMLInputElement>("#on");
  on.disabled = !site;
  find("#site").textContent = site?.name ?? t("popup_no_site");
  if (!site) return;
  const show = async () => {
    on.checked = await site.isOn();
    find("#hint").textContent = t(on.checked ? "popup_on" : "popup_off");
  };
  on.addEventListener("change", async () => {
    await (on.checked ? switchOn(site) : switchOff(site));
    await show();
  });
  await show();
}

async function showCounts(tabId: number): Promise<void> {
  const message: ToFeed = { type: "ask-counts" };
  const counts = await chrome.tabs.sendMessage<ToFeed, Counts>(tabId, message).catch(() => null);
  const list = find("#counts");
  list.hidden = !counts;
  if (!counts) return;
  list.replaceChildren(
    ...KINDS.flatMap((kind) => [
      el("dt", {}, glyph(kind === "checking" ? "busy" : kind), t(`badge_${kind}_long`)),
      el("dd", { "data-kind": kind }, String(counts[kind])),
    ]),
  );
  showRefused(tabId, counts.refused);
}

/** Pictures from hosts that nobody was asked about yet. */
function showRefused(tabId: number, hosts: string[]): void {
  find("#refused").hidden = hosts.length === 0;
  find("#refused-text").textContent = t("popup_refused", hosts.join(", "));
  find("#allow").onclick = async () => {
    const origins = hosts.map((host) => `*://${host.replace(/:\d+$/, "")}/*`);
    if (!(await chrome.permissions.request({ origins }))) return;
    const message: ToFeed = { type: "retry-feed" };
    await chrome.tabs.sendMessage(tabId, message).catch(() => {});
  };
}

async function showService(): Promise<void> {
  const { service } = (await chrome.storage.session.get("service")) as { service?: ServiceState };
  find("#service").textContent = await serviceText(service, await settings());
}
