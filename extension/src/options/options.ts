import { type MessageKey, t } from "../shared/i18n";
import { EVERY_SITE, requestSite } from "../shared/permissions";
import {
  DEFAULT_SERVICE,
  parseAddress,
  saveServiceAddress,
  serviceAddress,
} from "../shared/settings";

const find = <T extends HTMLElement>(selector: string) => document.querySelector(selector) as T;
const form = find<HTMLFormElement>("form");
const service = find<HTMLInputElement>("#service");
const outcome = find("#outcome");
const sites = find("#sites");

document.title = t("options_title");
for (const element of document.querySelectorAll<HTMLElement>("[data-text]")) {
  element.textContent = t(element.dataset.text as MessageKey);
}
void serviceAddress().then((address) => {
  service.value = address;
});

form.noValidate = true; // our own message says more
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const address = parseAddress(service.value);
  if (!address) {
    outcome.textContent = t("options_bad_address", DEFAULT_SERVICE);
  } else if (await requestSite(address)) {
    await saveServiceAddress(address);
    service.value = address;
    outcome.textContent = t("options_saved");
  } else {
    outcome.textContent = t("options_refused", address);
  }
});

let every = false;
void showSites();
sites.addEventListener("click", async () => {
  const change = every ? chrome.permissions.remove : chrome.permissions.request;
  await change({ origins: EVERY_SITE });
  await showSites();
});

async function showSites(): Promise<void> {
  every = await chrome.permissions.contains({ origins: EVERY_SITE });
  sites.textContent = t(every ? "options_ask_each" : "options_allow_all");
}
