/** Why a check failed. The texts are `error_<code>` and `error_<code>_help` in messages.json. */
export type ErrorCode =
  | "no_picture"
  | "not_allowed"
  | "picture_address"
  | "picture_unreachable"
  | "picture_refused"
  | "picture_slow"
  | "picture_withheld"
  | "picture_too_large"
  | "service_unreachable"
  | "service_slow"
  | "service_problem"
  | "service_key"
  | "service_unknown"
  | "interrupted";

/** A failure as it travels in a message. */
export interface CheckError {
  code: ErrorCode;
  /** Fills $1, $2, … of the help text. */
  values: string[];
  /** Whether the same check may succeed if it is simply run again. */
  retry: boolean;
}

export class CheckFailure extends Error implements CheckError {
  override readonly name = "CheckFailure";

  constructor(
    readonly code: ErrorCode,
    readonly values: string[],
    readonly retry: boolean,
    /** Leave the service alone for so long, in milliseconds; 0 where no time was told. */
    readonly rest: number | null = null,
  ) {
    super(`${code}: ${values.join(", ")}`);
  }
}

export function toCheckError(error: unknown): CheckError {
  if (error instanceof CheckFailure) {
    const { code, values, retry } = error;
    return { code, values, retry };
  }
  console.error(error);
  return { code: "interrupted", values: [], retry: true };
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

export function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === "TimeoutError";
}
