import { CheckFailure, isTimeout } from "../shared/errors";
import { isVerdict, type Verdict } from "../shared/verdict";

// Chrome stops a worker whose fetch stays unanswered for 30 seconds.
const TIMEOUT_MS = 25_000;

/** Ask the service at `address` about a picture. */
export async function check(picture: Blob, address: string): Promise<Verdict> {
  try {
    const response = await fetch(`${address}/v1/check?explain=1`, {
      method: "POST",
      body: picture,
      headers: { "Content-Type": "application/octet-stream", Accept: "application/json" },
      credentials: "omit",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return await readVerdict(response, address);
  } catch (error) {
    if (error instanceof CheckFailure) throw error;
    if (isTimeout(error)) {
      throw new CheckFailure("service_slow", [address, String(TIMEOUT_MS / 1000)], true);
    }
    throw new CheckFailure("service_unreachable", [address], true);
  }
}

async function readVerdict(response: Response, address: string): Promise<Verdict> {
  const text = await response.text();
  const answer = parse(text);
  if (response.ok && isVerdict(answer)) return answer;
  // RFC 9457: `detail` is written for people.
  const problem = answer as { title?: unknown; detail?: unknown } | null;
  if (response.headers.get("Content-Type")?.startsWith("application/problem+json")) {
    const retry = response.status === 429 || response.status >= 500;
    throw new CheckFailure("service_problem", [String(problem?.detail ?? problem?.title)], retry);
  }
  throw new CheckFailure("service_unknown", [address, String(response.status)], false);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
