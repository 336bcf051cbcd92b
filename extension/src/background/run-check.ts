import { CheckFailure, toCheckError } from "../shared/errors";
import type { CheckReply, FeedbackReply, RunCheck, SendFeedback } from "../shared/messages";
import { settings } from "../shared/settings";
import { imageBytes } from "./image-bytes";
import { forget, recall } from "./pending";
import { check, sendFeedback } from "./service";

/** From the id of a check to its outcome; never throws. */
export async function runCheck(message: RunCheck, tabId: number | undefined): Promise<CheckReply> {
  try {
    const pending = await recall(message.id, tabId);
    if (!pending) throw new CheckFailure("interrupted", [], false);
    const picture = message.picture ?? (await bestBytes(pending.srcUrl, message.best));
    const verdict = await check(picture, await settings());
    await forget(message.id);
    return { verdict, picture };
  } catch (error) {
    return { error: toCheckError(error) };
  }
}

/** The better address counts where the person allowed it too: on the host that they were asked about. */
async function bestBytes(shown: string, best: string | undefined): Promise<Blob> {
  // A background or poster: the browser did not name it, the page does.
  if (!shown && best) return imageBytes(best);
  if (best && best !== shown && URL.parse(best)?.host === URL.parse(shown)?.host) {
    const picture = await imageBytes(best).catch(() => null);
    if (picture) return picture;
  }
  return imageBytes(shown);
}

/** Never throws. */
export async function runFeedback({ id, label }: SendFeedback): Promise<FeedbackReply> {
  try {
    await sendFeedback(await settings(), id, label);
    return { ok: true };
  } catch (error) {
    return { error: toCheckError(error) };
  }
}
