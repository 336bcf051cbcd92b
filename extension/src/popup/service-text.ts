import type { ServiceState } from "../background/feed/desk";
import { model } from "../background/service";
import { toCheckError } from "../shared/errors";
import { t } from "../shared/i18n";
import type { Settings } from "../shared/settings";

/** What the service does, in a few words: resting, as the feed learnt, or as it answers now. */
export async function serviceText(
  known: ServiceState | undefined,
  access: Settings,
  now = Date.now(),
): Promise<string> {
  const seconds = Math.ceil(((known?.until ?? 0) - now) / 1000);
  if (known && seconds > 0) {
    const key = known.state === "busy" ? "service_busy" : "service_down";
    return t(key, known.detail, String(seconds));
  }
  try {
    const { name, version } = await model(access);
    return t("service_ready", t("model", name, version));
  } catch (error) {
    return t(`error_${toCheckError(error).code}`);
  }
}
