import { expect, test } from "vitest";
import { Pace } from "../../../src/background/feed/pace";

test("it rests as long as the service asks", () => {
  const pace = new Pace();
  expect(pace.rest(0)).toBe(0);
  pace.failed(7000, 0);
  expect([pace.rest(0), pace.rest(6000), pace.rest(7000)]).toEqual([7000, 1000, 0]);
});

test("unasked it rests twice as long each time, within a worker's life", () => {
  const pace = new Pace();
  const rests = [];
  for (let time = 0, count = 0; count < 7; count++) {
    pace.failed(0, time);
    rests.push(pace.rest(time));
    time += pace.rest(time);
  }
  expect(rests).toEqual([1000, 2000, 4000, 8000, 16000, 25000, 25000]);
});

test("four failures at a time are not four rests", () => {
  const pace = new Pace();
  for (let count = 0; count < 4; count++) pace.failed(3000, 0);
  expect(pace.rest(0)).toBe(3000);
});

test("an answer ends it", () => {
  const pace = new Pace();
  pace.failed(0, 0);
  pace.failed(0, 0);
  pace.answered();
  expect(pace.rest(0)).toBe(0);
  pace.failed(0, 0);
  expect(pace.rest(0)).toBe(1000);
});
