import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { Card } from "../../src/content/card";
import type { CheckReply, CloseCard, OpenCard, RunCheck } from "../../src/shared/messages";
import { VERDICT } from "../verdict-example";

type Listener = (
  message: OpenCard | CloseCard,
  sender: unknown,
  respond: (opened: boolean) => void,
) => void;

const PICTURE = new Blob(["picture"]);
const sendMessage = vi.fn<(message: RunCheck) => Promise<CheckReply>>();
let listen: Listener;

beforeAll(async () => {
  const onMessage = { addListener: (listener: Listener) => (listen = listener) };
  vi.stubGlobal("chrome", { runtime: { onMessage } });
  await import("../../src/content/index");
});

beforeEach(() => {
  sendMessage.mockReset();
  Object.assign(chrome, { runtime: { sendMessage } });
  vi.spyOn(Card.prototype, "showVerdict").mockResolvedValue();
  vi.spyOn(Card.prototype, "showError");
  vi.useFakeTimers();
});

afterEach(() => {
  dispatchEvent(new Event("pagehide")); // closes the card
  vi.useRealTimers();
});

async function openCard(change: Partial<OpenCard> = {}): Promise<void> {
  listen({ type: "close-card" }, {}, () => {});
  const respond = vi.fn();
  const srcUrl = "https://cdn.example/a.jpg";
  listen({ type: "open-card", id: "a", srcUrl, allowed: true, ...change }, {}, respond);
  expect(respond).toHaveBeenCalledExactlyOnceWith(true);
  await vi.advanceTimersByTimeAsync(0);
}

function shownError() {
  return vi.mocked(Card.prototype.showError).mock.lastCall?.[0];
}

test("a reply is shown", async () => {
  sendMessage.mockResolvedValue({ verdict: VERDICT, picture: PICTURE });
  await openCard();
  expect(sendMessage).toHaveBeenCalledExactlyOnceWith({
    type: "run-check",
    id: "a",
    best: "https://cdn.example/a.jpg",
  });
  expect(Card.prototype.showVerdict).toHaveBeenCalledExactlyOnceWith(VERDICT, PICTURE);
});

test("a refusal is told, and nothing is asked", async () => {
  await openCard({ allowed: false });
  expect(shownError()).toEqual({ code: "not_allowed", values: ["cdn.example"], retry: false });
  expect(sendMessage).not.toHaveBeenCalled();
});

test("bytes that only the page has are sent along", async () => {
  vi.stubGlobal("fetch", async () => new Response(PICTURE));
  sendMessage.mockResolvedValue({ verdict: VERDICT, picture: PICTURE });
  await openCard({ srcUrl: "blob:https://site.example/1b2c" });
  expect(await sendMessage.mock.lastCall?.[0].picture?.text()).toBe("picture");
});

test("a blob that is gone is told", async () => {
  const gone = vi.fn<typeof fetch>().mockRejectedValue(new TypeError("Failed to fetch"));
  vi.stubGlobal("fetch", gone);
  await openCard({ srcUrl: "blob:https://site.example/1b2c" });
  expect(shownError()).toMatchObject({ code: "picture_withheld" });
  expect(sendMessage).not.toHaveBeenCalled();
});

test("the death of the background worker is told, and trying again works", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  sendMessage.mockRejectedValueOnce(new Error("message channel closed"));
  await openCard();
  expect(shownError()).toEqual({ code: "interrupted", values: [], retry: true });

  sendMessage.mockResolvedValueOnce({ verdict: VERDICT, picture: PICTURE });
  vi.mocked(Card.prototype.showError).mock.lastCall?.[1]?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(Card.prototype.showVerdict).toHaveBeenCalledOnce();
});

test("a worker that never answers does not keep anyone waiting", async () => {
  sendMessage.mockReturnValue(new Promise(() => {}));
  await openCard();
  await vi.advanceTimersByTimeAsync(59_999);
  expect(shownError()).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1);
  expect(shownError()).toMatchObject({ code: "interrupted", retry: true });
});

test("a late answer never shows in the card of another picture", async () => {
  const cards = vi.mocked(Card.prototype.showVerdict).mock.contexts;
  let answerFirst: (reply: CheckReply) => void = () => {};
  sendMessage.mockReturnValueOnce(new Promise((resolve) => (answerFirst = resolve)));
  sendMessage.mockResolvedValueOnce({ verdict: { ...VERDICT, id: "2" }, picture: PICTURE });
  await openCard({ id: "1" });
  await openCard({ id: "2" });
  answerFirst({ verdict: { ...VERDICT, id: "1" }, picture: PICTURE });
  await vi.advanceTimersByTimeAsync(0);
  const shown = vi.mocked(Card.prototype.showVerdict).mock.calls.map(([verdict]) => verdict.id);
  expect(shown).toEqual(["2", "1"]);
  expect(cards[0]).not.toBe(cards[1]);
  expect(document.querySelectorAll("realeyez-card")).toHaveLength(1);
});
