import { el } from "../shared/dom";
import { t } from "../shared/i18n";
import { find } from "../shared/page";
import { exportSettings, importSettings, saveSettings, settings } from "../shared/settings";

/** Settings out to a file and in again; `onImport` shows the new ones. */
export function showFile(onImport: () => Promise<void>): void {
  const file = find<HTMLInputElement>("#file");
  find("#export").addEventListener("click", async () => {
    const text = new Blob([exportSettings(await settings())], { type: "application/json" });
    const href = URL.createObjectURL(text);
    el("a", { href, download: "realeyez-settings.json" }).click();
    setTimeout(() => URL.revokeObjectURL(href), 60_000);
  });
  find("#import").addEventListener("click", () => file.click());
  file.addEventListener("change", async () => {
    const [chosen] = file.files ?? [];
    const read = chosen ? importSettings(await chosen.text()) : null;
    file.value = "";
    if (read) await saveSettings(read);
    await onImport();
    find("#imported").textContent = t(read ? "options_imported" : "options_no_settings");
  });
}
