import { expect, test, vi } from "vitest";
import { Desk, type ServiceState } from "../../../src/background/feed/desk";
import { serviceText } from "../../../src/popup/service-text";
import { CheckFailure } from "../../../src/shared/errors";
import type { FeedNews, Want, Wants } from "../../../src/shared/messages";
import { DEFAULTS } from "../../../src/shared/settings";
import { VERDICT } from "../../verdict-example";

/** A page's end of the line: what it says, and what it hears. */
function page() {
  const heard: FeedNews[] = [];
  let say: (message: Wants) => void = () => {};
  let leave = () => {};
  const port = {
    onMessage: { addListener: (listener: typeof say) => (say = listener) },
    onDisconnect: { addListener: (listener: typeof leave) => (leave = listener) },
    postMessage: (news: FeedNews) => heard.push(news),
  } as unknown as chrome.runtime.Port;
  const want = (...ids: string[]) =>
    say({ type: "wants", found: 0, wants: ids.map((id) => ({ id, sources: [id] })) });
  return { port, heard, want, leave: () => leave() };
}

test("the service says later: the page waits, the popup says so, then all is asked again", async () => {
  vi.useFakeTimers();
  let state: ServiceState = { state: "ok", detail: "", until: 0 };
  const busy = new CheckFailure("service_problem", ["The queue is full."], true, 5000);
  const decide = vi.fn(async (_: Want, __: AbortSignal) => VERDICT).mockRejectedValueOnce(busy);
  const desk = new Desk(decide, (now) => {
    state = now;
  });
  const { port, heard, want } = page();
  desk.serve(port);
  want("a");
  await vi.advanceTimersByTimeAsync(100);
  expect(heard).toEqual([{ type: "waiting", waiting: true }]);
  expect(decide).toHaveBeenCalledTimes(1);
  expect(await serviceText(state, DEFAULTS)).toMatch(/Busy: The queue is full\..* [45] s/);

  await vi.advanceTimersByTimeAsync(4000);
  expect(decide).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1500);
  expect(decide).toHaveBeenCalledTimes(2);
  expect(heard.slice(1)).toEqual([
    { type: "waiting", waiting: false },
    { type: "answer", answer: { id: "a", verdict: VERDICT } },
  ]);
  expect(state.state).toBe("ok");
  vi.useRealTimers();
});

test("what has scrolled away is cancelled, and so is all of a page that is gone", async () => {
  const signals = new Map<string, AbortSignal>();
  const desk = new Desk(
    ({ id }, signal) =>
      new Promise((_, reject) => {
        signals.set(id, signal);
        signal.addEventListener("abort", () => reject(signal.reason));
      }),
    () => {},
  );
  const { port, want, leave } = page();
  desk.serve(port);
  want("a", "b", "c", "d", "e");
  expect([...signals.keys()]).toEqual(["a", "b", "c", "d"]);
  want("b", "e");
  expect(signals.get("a")?.aborted).toBe(true);
  expect(signals.get("b")?.aborted).toBe(false);
  await vi.waitFor(() => expect([...signals.keys()]).toContain("e"));
  leave();
  expect([...signals.values()].every(({ aborted }) => aborted)).toBe(true);
});
