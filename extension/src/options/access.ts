import { model } from "../background/service";
import { toCheckError } from "../shared/errors";
import { t } from "../shared/i18n";
import { find } from "../shared/page";
import { requestSite } from "../shared/permissions";
import { DEFAULT_SERVICE, parseAddress, saveSettings, settings } from "../shared/settings";

const form = find<HTMLFormElement>("#access");
const service = find<HTMLInputElement>("#service");
const key = find<HTMLInputElement>("#key");
const outcome = find("#outcome");

form.noValidate = true; // our own message says more
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  outcome.textContent = await save();
});

export async function showAccess(): Promise<void> {
  const saved = await settings();
  service.value = saved.service;
  key.value = saved.key;
}

/** Saves what can be right, and tells what the service itself says to it. */
async function save(): Promise<string> {
  const address = parseAddress(service.value);
  if (!address) return t("options_bad_address", DEFAULT_SERVICE);
  if (!(await requestSite(address))) return t("options_refused", address);
  const access = { service: address, key: key.value.trim() };
  await saveSettings(access);
  service.value = address;
  outcome.textContent = t("options_testing");
  try {
    const { name, version } = await model(access);
    return t("options_works", t("model", name, version));
  } catch (error) {
    const { code, values } = toCheckError(error);
    const command = code === "service_unreachable" ? " make run" : "";
    return `${t("options_saved")} ${t(`error_${code}`)}. ${t(`error_${code}_help`, ...values)}${command}`;
  }
}
