import { expect, test } from "vitest";
import { fitBox, placeCard } from "../../src/content/position";

const CARD = { width: 340, height: 500 };
const VIEW = { width: 1280, height: 800 };
const at = (left: number, top: number, width = 480, height = 320) => ({ left, top, width, height });

test.each([
  ["to the right", at(100, 100), { left: 592, top: 100 }],
  ["to the left where the right is too narrow", at(700, 100), { left: 348, top: 100 }],
  ["never below the window", at(100, 600), { left: 592, top: 292 }],
  ["never above it", at(100, -200), { left: 592, top: 8 }],
  ["below a wide picture", at(0, 0, 1280, 200), { left: 8, top: 212 }],
  ["above a wide picture", at(0, 600, 1280, 200), { left: 8, top: 88 }],
  ["over a picture that fills the window", at(0, 0, 1280, 800), { left: 928, top: 12 }],
])("%s", (_, picture, place) => {
  expect(placeCard(picture, CARD, VIEW)).toEqual(place);
});

test("in a corner without a picture", () => {
  expect(placeCard(null, CARD, VIEW)).toEqual({ left: 932, top: 8 });
});

test("a card larger than the window keeps its start in view", () => {
  expect(placeCard(at(0, 0), CARD, { width: 300, height: 300 })).toEqual({ left: 8, top: 8 });
});

test("a picture scrolled out of view takes its card along, without a jump", () => {
  const tops = [-319, -320, -321, -420].map((top) => placeCard(at(100, top), CARD, VIEW).top);
  expect(tops).toEqual([8, 8, 7, -92]);
  expect(placeCard(at(100, 900), CARD, VIEW).top).toBe(392);
});

const FRAME = at(10, 20, 200, 100);
const SQUARE = { width: 50, height: 50 };

test.each([
  ["fill", "50% 50%", FRAME],
  ["contain", "50% 50%", at(60, 20, 100, 100)],
  ["contain", "0% 50%", at(10, 20, 100, 100)],
  ["contain", "5px 50%", at(15, 20, 100, 100)],
  ["cover", "50% 50%", at(10, -30, 200, 200)],
  ["cover", "50% 0%", at(10, 20, 200, 200)],
  ["none", "100% 100%", at(160, 70, 50, 50)],
  ["scale-down", "50% 50%", at(85, 45, 50, 50)],
])("object-fit %s at %s", (fit, position, box) => {
  expect(fitBox(FRAME, SQUARE, { fit, position })).toEqual(box);
});
