import { CheckFailure, isAbort, isTimeout } from "../shared/errors";
import { MAX_BYTES, tooLarge } from "../shared/limit";
import { sitePattern } from "../shared/permissions";
import { serviceAddress } from "../shared/settings";

// Chrome stops a worker whose fetch stays unanswered for 30 seconds.
const TIMEOUT_MS = 20_000;

/** The original bytes at an http: or https: address, as the site serves them to anyone. */
export async function imageBytes(address: string, signal?: AbortSignal): Promise<Blob> {
  const { protocol, host } = new URL(address);
  if (!/^https?:$/.test(protocol)) {
    throw new CheckFailure("picture_address", [protocol, await serviceAddress()], false);
  }
  try {
    const response = await fetch(address, {
      credentials: "omit",
      headers: { Accept: "image/*" },
      signal: within(TIMEOUT_MS, signal),
    });
    if (!response.ok) {
      const values = [host, String(response.status), await serviceAddress()];
      throw new CheckFailure("picture_refused", values, response.status >= 500);
    }
    return await readCapped(response);
  } catch (error) {
    if (error instanceof CheckFailure || isAbort(error)) throw error;
    if (isTimeout(error)) {
      throw new CheckFailure("picture_slow", [host, String(TIMEOUT_MS / 1000)], true);
    }
    if (!(await isAllowed(address))) throw new CheckFailure("not_allowed", [host], false);
    throw new CheckFailure("picture_unreachable", [host], true);
  }
}

/** Ends with the time or with the caller, whichever is first. */
export function within(ms: number, signal?: AbortSignal): AbortSignal {
  const time = AbortSignal.timeout(ms);
  return signal ? AbortSignal.any([time, signal]) : time;
}

function isAllowed(address: string): Promise<boolean> {
  const pattern = sitePattern(address);
  return chrome.permissions.contains({ origins: pattern ? [pattern] : [] });
}

/** Counts while it reads, because Content-Length may be absent or wrong. */
async function readCapped(response: Response): Promise<Blob> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    // Leaving the loop cancels the download.
    if (size > MAX_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  return new Blob(chunks);
}
