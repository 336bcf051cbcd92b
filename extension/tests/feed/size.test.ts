// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { isPromising } from "../../src/feed/size";

function image(complete: boolean, side: number, srcset = ""): HTMLImageElement {
  const element = document.createElement("img");
  if (srcset) element.srcset = srcset;
  for (const [name, value] of Object.entries({ complete, naturalWidth: side, naturalHeight: side }))
    Object.defineProperty(element, name, { value });
  return element;
}

test("what is on its way may be large enough", () => {
  expect(isPromising(image(false, 0))).toBe(true);
});

test("what has arrived tells its size, and what has failed has none", () => {
  expect(isPromising(image(true, 64))).toBe(true);
  expect(isPromising(image(true, 63))).toBe(false);
  expect(isPromising(image(true, 0))).toBe(false);
});

test("of what srcset offers the natural size says nothing", () => {
  expect(isPromising(image(true, 40, "large.jpg 2048w"))).toBe(true);
  expect(isPromising(image(true, 0, "gone.jpg 2048w"))).toBe(false);
});

test("a background has no size of its own", () => {
  expect(isPromising(document.createElement("div"))).toBe(true);
});
