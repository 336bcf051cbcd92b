import { CheckFailure, isTimeout } from "../shared/errors";
import { MAX_BYTES, tooLarge } from "../shared/limit";
import { serviceAddress } from "../shared/settings";

// Chrome stops a worker whose fetch stays unanswered for 30 seconds.
const TIMEOUT_MS = 20_000;

/** The original bytes at an http: or https: address, as the site serves them to anyone. */
export async function imageBytes(address: string): Promise<Blob> {
  const { protocol, host } = new URL(address);
  if (!/^https?:$/.test(protocol)) {
    throw new CheckFailure("picture_address", [protocol, await serviceAddress()], false);
  }
  try {
    const response = await fetch(address, {
      credentials: "omit",
      headers: { Accept: "image/*" },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) {
      const values = [host, String(response.status), await serviceAddress()];
      throw new CheckFailure("picture_refused", values, response.status >= 500);
    }
    return await readCapped(response);
  } catch (error) {
    if (error instanceof CheckFailure) throw error;
    if (isTimeout(error)) {
      throw new CheckFailure("picture_slow", [host, String(TIMEOUT_MS / 1000)], true);
    }
    throw new CheckFailure("picture_unreachable", [host], true);
  }
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
