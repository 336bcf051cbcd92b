import { expect, test } from "vitest";
import { parseSrcset } from "../../src/sites/srcset";

test.each([
  ["a.jpg", [["a.jpg", 1]]],
  [
    "a.jpg 1x, b.jpg 2.5x",
    [
      ["a.jpg", 1],
      ["b.jpg", 2.5],
    ],
  ],
  [
    " a.jpg 320w ,\n b.jpg 640w,",
    [
      ["a.jpg", 320],
      ["b.jpg", 640],
    ],
  ],
  [
    "a,b.jpg?c=1,2 320w, d.jpg 640w",
    [
      ["a,b.jpg?c=1,2", 320],
      ["d.jpg", 640],
    ],
  ],
  [
    "a.jpg, b.jpg 2x",
    [
      ["a.jpg", 1],
      ["b.jpg", 2],
    ],
  ],
  ["", []],
])("%j", (text, expected) => {
  expect(parseSrcset(text).map(({ address, size }) => [address, size])).toEqual(expected);
});
