import { CheckFailure, toCheckError } from "../shared/errors";
import type { CheckReply, RunCheck } from "../shared/messages";
import { serviceAddress } from "../shared/settings";
import { imageBytes } from "./image-bytes";
import { forget, recall } from "./pending";
import { check } from "./service";

/** From the id of a check to its outcome; never throws. */
export async function runCheck(message: RunCheck, tabId: number | undefined): Promise<CheckReply> {
  try {
    const pending = await recall(message.id, tabId);
    if (!pending) throw new CheckFailure("interrupted", [], false);
    const picture = message.picture ?? (await imageBytes(pending.srcUrl));
    const verdict = await check(picture, await serviceAddress());
    await forget(message.id);
    return { verdict, picture };
  } catch (error) {
    return { error: toCheckError(error) };
  }
}
