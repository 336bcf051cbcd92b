import { beforeEach, expect, test } from "vitest";
import { LIMIT, Queue } from "../../../src/background/feed/queue";
import type { Want } from "../../../src/shared/messages";

const a = { name: "a" };
const b = { name: "b" };
let queue: Queue<typeof a>;

beforeEach(() => {
  queue = new Queue();
});

const wants = (...ids: string[]): Want[] => ids.map((id) => ({ id, sources: [id] }));
const next = () => queue.take()?.want.id;

test("the nearest first, of the page that spoke last", () => {
  queue.want(a, wants("1", "2"));
  queue.want(b, wants("3"));
  expect([next(), next(), next(), next()]).toEqual(["3", "1", "2", undefined]);
});

test("saying it again changes the order and doubles nothing", () => {
  queue.want(a, wants("1", "2", "3"));
  const job = queue.take();
  queue.want(a, wants("3", "1", "2"));
  expect(job?.signal.aborted).toBe(false);
  expect([next(), next(), next()]).toEqual(["3", "2", undefined]);
});

test("what is no longer named is cancelled, waiting or running", () => {
  queue.want(a, wants("1", "2"));
  const job = queue.take();
  queue.want(a, wants("3"));
  expect(job?.signal.aborted).toBe(true);
  expect([next(), next()]).toEqual(["3", undefined]);
});

test("cancelled and wanted again, it runs again, and the end of the first run changes nothing", () => {
  queue.want(a, wants("1"));
  const first = queue.take();
  queue.want(a, []);
  queue.want(a, wants("1"));
  const second = queue.take();
  if (first) queue.done(first, true);
  queue.want(a, wants("1"));
  expect(next()).toBeUndefined();
  queue.want(a, []);
  expect(second?.signal.aborted).toBe(true);
});

test("what could not be decided is next again, unless nobody wants it", () => {
  queue.want(a, wants("1", "2"));
  const job = queue.take();
  if (job) queue.done(job, true);
  expect(next()).toBe("1");
});

test("a page that has gone takes all with it", () => {
  queue.want(a, wants("1", "2"));
  const job = queue.take();
  queue.drop(a);
  expect(job?.signal.aborted).toBe(true);
  expect(next()).toBeUndefined();
  if (job) queue.done(job, true);
  expect(next()).toBeUndefined();
});

test("a page can fill no more than its share", () => {
  queue.want(a, wants(...Array.from({ length: LIMIT + 5 }, (_, index) => String(index))));
  let count = 0;
  while (queue.take()) count += 1;
  expect(count).toBe(LIMIT);
});
