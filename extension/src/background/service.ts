import { CheckFailure, isAbort, isTimeout } from "../shared/errors";
import type { Label } from "../shared/messages";
import type { Settings } from "../shared/settings";
import { isVerdict, type Verdict } from "../shared/verdict";
import { within } from "./image-bytes";

// Chrome stops a worker whose fetch stays unanswered for 30 seconds.
const TIMEOUT_MS = 25_000;

export type Access = Pick<Settings, "service" | "key">;

/** For people at once and with a heat map; for the feed behind them, and without. */
export type Errand = "interactive" | "feed";

/** Ask the service about a picture. */
export async function check(
  picture: Blob,
  access: Access,
  errand: Errand = "interactive",
  signal?: AbortSignal,
): Promise<Verdict> {
  const query = errand === "feed" ? "priority=feed" : "explain=1";
  const answer = await ask(
    access,
    `/v1/check?${query}`,
    "application/octet-stream",
    picture,
    signal,
  );
  if (!isVerdict(answer.json)) throw unknown(access, answer);
  return answer.json;
}

/** Tell the service what the picture of a verdict is. */
export async function sendFeedback(access: Access, id: string, label: Label): Promise<void> {
  const path = `/v1/checks/${encodeURIComponent(id)}/feedback`;
  const answer = await ask(access, path, "application/json", JSON.stringify({ label }));
  if (answer.status !== 201) throw unknown(access, answer);
}

/** Whether RealEyez answers there and takes the key: the model that it uses. */
export async function model(access: Access): Promise<Verdict["model"]> {
  const answer = await ask(access, "/v1/model");
  const { name, version } = (answer.json ?? {}) as Partial<Verdict["model"]>;
  if (typeof name !== "string" || typeof version !== "string") throw unknown(access, answer);
  return { name, version };
}

interface Answer {
  status: number;
  json: unknown;
}

/** One call; an answer of 2xx, whatever is in it, or a CheckFailure that says why not. */
async function ask(
  { service, key }: Access,
  path: string,
  type?: string,
  body?: Blob | string,
  signal?: AbortSignal,
): Promise<Answer> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (type) headers["Content-Type"] = type;
  if (key) headers.Authorization = `Bearer ${key}`;
  try {
    const response = await fetch(service + path, {
      method: body === undefined ? "GET" : "POST",
      body: body ?? null,
      headers,
      credentials: "omit",
      signal: within(TIMEOUT_MS, signal),
    });
    const answer = { status: response.status, json: parse(await response.text()) };
    if (response.ok) return answer;
    throw isProblem(response)
      ? problem(answer, service, restOf(response))
      : unknown({ service }, answer);
  } catch (error) {
    if (error instanceof CheckFailure || isAbort(error)) throw error;
    if (isTimeout(error)) {
      throw new CheckFailure("service_slow", [service, String(TIMEOUT_MS / 1000)], true, 0);
    }
    throw new CheckFailure("service_unreachable", [service], true, 0);
  }
}

function isProblem({ headers }: Response): boolean {
  return headers.get("Content-Type")?.startsWith("application/problem+json") ?? false;
}

/** RFC 9457: `detail` is written for people. */
function problem({ status, json }: Answer, service: string, rest: number): CheckFailure {
  const { title, detail } = (json ?? {}) as { title?: unknown; detail?: unknown };
  const text = String(detail ?? title);
  if (status === 401 || status === 403) {
    return new CheckFailure("service_key", [service, text], false);
  }
  const busy = status === 429 || status === 503 || status === 504;
  return new CheckFailure("service_problem", [text], busy || status >= 500, busy ? rest : null);
}

/** Retry-After in milliseconds: it is a number of seconds or a date. */
function restOf({ headers }: Response): number {
  const text = headers.get("Retry-After") ?? "";
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return ms > 0 ? ms : 0;
}

function unknown({ service }: Pick<Access, "service">, { status }: Answer): CheckFailure {
  return new CheckFailure("service_unknown", [service, String(status)], false);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
