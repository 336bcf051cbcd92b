import { beforeEach, expect, test, vi } from "vitest";
import { Line } from "../../src/feed/line";
import type { FeedNews, Wants } from "../../src/shared/messages";

class Port {
  said: Wants[] = [];
  hear: (news: FeedNews) => void = () => {};
  end: () => void = () => {};
  onMessage = { addListener: (listener: typeof this.hear) => (this.hear = listener) };
  onDisconnect = { addListener: (listener: typeof this.end) => (this.end = listener) };
  postMessage = (message: Wants) => this.said.push(message);
  disconnect = () => {};
}

let ports: Port[];
const wants = (...ids: string[]): Wants => ({
  type: "wants",
  wants: ids.map((id) => ({ id, sources: [] })),
  found: 0,
});

beforeEach(() => {
  vi.useFakeTimers();
  ports = [];
  const connect = () => {
    const port = new Port();
    ports.push(port);
    return port;
  };
  Object.assign(chrome, { runtime: { id: "realeyez", connect } });
  return () => vi.useRealTimers();
});

test("nothing wanted, no line: the worker may sleep", () => {
  new Line(() => {}).say(wants());
  expect(ports).toHaveLength(0);
});

test("when the worker dies, what is wanted is said to the next one", () => {
  const line = new Line(() => {});
  line.say(wants("1", "2"));
  ports[0]?.end();
  vi.advanceTimersByTime(500);
  expect(ports[1]?.said).toEqual([wants("1", "2")]);
});

test("when it dies and nothing is wanted, it is left alone", () => {
  const line = new Line(() => {});
  line.say(wants("1"));
  line.say(wants());
  expect(ports[0]?.said).toHaveLength(2);
  ports[0]?.end();
  vi.advanceTimersByTime(60_000);
  expect(ports).toHaveLength(1);
});

test("it tries less and less often, and anew once something was heard", () => {
  const line = new Line(() => {});
  line.say(wants("1"));
  for (const after of [500, 1000, 2000]) {
    ports.at(-1)?.end();
    const before = ports.length;
    vi.advanceTimersByTime(after - 1);
    expect(ports).toHaveLength(before);
    vi.advanceTimersByTime(1);
    expect(ports).toHaveLength(before + 1);
  }
  ports.at(-1)?.hear({ type: "waiting", waiting: true });
  ports.at(-1)?.end();
  vi.advanceTimersByTime(500);
  expect(ports).toHaveLength(5);
});

test("an extension that was removed is not called again", () => {
  const line = new Line(() => {});
  line.say(wants("1"));
  Object.assign(chrome.runtime, { id: undefined });
  ports[0]?.end();
  vi.advanceTimersByTime(60_000);
  expect(ports).toHaveLength(1);
});
