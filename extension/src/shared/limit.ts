import { CheckFailure } from "./errors";

/** The service takes no more. */
export const MAX_BYTES = 20 * 2 ** 20;

export function tooLarge(): CheckFailure {
  return new CheckFailure("picture_too_large", [String(MAX_BYTES / 2 ** 20)], false);
}
