import { expect, test } from "vitest";
import { freeCorner } from "../../src/feed/corner";

const PICTURE = { left: 100, top: 50, width: 480, height: 320 };
const control = (left: number, top: number) => ({ left, top, width: 40, height: 30 });
const TOP_LEFT = control(110, 60);
const TOP_RIGHT = control(530, 60);
const BOTTOM_LEFT = control(110, 330);
const BOTTOM_RIGHT = control(530, 330);

test.each([
  [[], "top-left"],
  [[TOP_LEFT], "top-right"],
  [[TOP_LEFT, TOP_RIGHT], "bottom-left"],
  [[TOP_LEFT, TOP_RIGHT, BOTTOM_LEFT], "bottom-right"],
  [[BOTTOM_LEFT, BOTTOM_RIGHT], "top-left"],
  [[TOP_LEFT, TOP_RIGHT, BOTTOM_LEFT, BOTTOM_RIGHT], "top-left"],
  [[control(300, 180)], "top-left"],
])("never over the site's own controls: %j", (controls, corner) => {
  expect(freeCorner(PICTURE, controls)).toBe(corner);
});
