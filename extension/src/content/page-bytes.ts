import { CheckFailure } from "../shared/errors";
import { MAX_BYTES, tooLarge } from "../shared/limit";
import { serviceAddress } from "../shared/settings";

/** Whether the bytes are in the page itself, where only the page can read them in every browser. */
export function isInPage(address: string): boolean {
  return /^(blob|data):/.test(address);
}

/** The bytes at a blob: or data: address. */
export async function pageBytes(address: string): Promise<Blob> {
  const picture = address.startsWith("data:") ? dataBytes(address) : await blobBytes(address);
  if (picture.size > MAX_BYTES) throw tooLarge();
  return picture;
}

/** Decoded by hand: Firefox holds a content script's fetch to the page's connect-src policy. */
export function dataBytes(address: string): Blob {
  const comma = address.indexOf(",");
  const head = address.slice(0, comma);
  const text = address
    .slice(comma + 1)
    .replace(/%([\da-f]{2})/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
  const binary = /;\s*base64\s*$/i.test(head) ? atob(text) : text;
  return new Blob([Uint8Array.from(binary, (character) => character.charCodeAt(0))]);
}

async function blobBytes(address: string): Promise<Blob> {
  try {
    return await (await fetch(address)).blob();
  } catch {
    throw new CheckFailure("picture_withheld", [await serviceAddress()], false);
  }
}
