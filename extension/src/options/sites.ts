import { button, el } from "../shared/dom";
import { t } from "../shared/i18n";
import { find } from "../shared/page";
import { EVERY_SITE } from "../shared/permissions";
import { settings } from "../shared/settings";
import { switchOff, switchOn } from "../shared/site-switch";
import { sites } from "../sites";

const boxes = sites.map(({ name, pages, media }) => {
  const site = { name, pages: [...pages], media: [...media], isOn: async () => false };
  const box = el("input", { type: "checkbox", id: `site-${name}` });
  box.addEventListener("change", async () => {
    await (box.checked ? switchOn(site) : switchOff(site));
    await showSites();
  });
  find("#sites").append(el("label", { class: "check" }, box, el("span", {}, name)));
  return { box, site };
});

let every = false;
find("#every").addEventListener("click", async () => {
  const change = every ? chrome.permissions.remove : chrome.permissions.request;
  await change({ origins: EVERY_SITE });
  await showSites();
});

export async function showSites(): Promise<void> {
  const { pages } = await settings();
  for (const { box, site } of boxes) {
    const origins = site.pages;
    const on = origins.some((page) => pages.includes(page));
    box.checked = on && (await chrome.permissions.contains({ origins }));
  }
  const known = new Set(sites.flatMap((site) => site.pages));
  find("#others").replaceChildren(...pages.filter((page) => !known.has(page)).map(other));
  every = await chrome.permissions.contains({ origins: EVERY_SITE });
  find("#every").textContent = t(every ? "options_ask_each" : "options_allow_all");
}

/** A page that was switched on by its own address. */
function other(page: string): HTMLElement {
  const off = button("second", t("options_remove"), async () => {
    await switchOff({ pages: [page] });
    await showSites();
  });
  return el("li", { class: "check" }, el("bdi", {}, page.replace(/\/\*$/, "")), off);
}
