import { beforeEach, expect, test, vi } from "vitest";
import { findImage } from "../../src/content/anchor";

const A = "https://site.example/a.jpg";

beforeEach(() => {
  document.body.replaceChildren();
  HTMLElement.prototype.checkVisibility = () => true;
});

/** A picture whose middle is this far down a window of 768 pixels. */
function image(src: string, middle: number, into: Node = document.body): HTMLImageElement {
  const element = document.createElement("img");
  element.src = src;
  element.getBoundingClientRect = () => new DOMRect(412, middle - 50, 200, 100);
  into.appendChild(element);
  return element;
}

test("the picture with this address", () => {
  image("https://site.example/b.jpg", 384);
  const wanted = image(A, 700);
  expect(findImage(A)).toBe(wanted);
});

test("of two copies the one nearer the middle", () => {
  image(A, 90);
  const wanted = image(A, 400);
  image(A, 760);
  expect(findImage(A)).toBe(wanted);
});

test("of two copies rather the one under the pointer", () => {
  image(A, 400);
  const wanted = image(A, 90);
  vi.spyOn(wanted, "matches").mockImplementation((selector) => selector === ":hover");
  expect(findImage(A)).toBe(wanted);
});

test("without an address the one whose address is too long to be told", () => {
  image(`data:image/png;base64,${"A".repeat(100)}`, 384);
  const wanted = image(`data:image/png;base64,${"A".repeat(2 ** 21)}`, 90);
  expect(findImage("")).toBe(wanted);
});

test("a hidden copy does not count", () => {
  image(A, 384).getBoundingClientRect = () => new DOMRect();
  expect(findImage(A)).toBeNull();
});

test("inside shadow roots too, closed ones the way each browser has", () => {
  const open = document.body.appendChild(document.createElement("div"));
  const wanted = image(A, 384, open.attachShadow({ mode: "open" }));
  expect(findImage(A)).toBe(wanted);

  const closed = document.body.appendChild(document.createElement("div"));
  const root = closed.attachShadow({ mode: "closed" });
  const hidden = image("https://site.example/c.jpg", 384, root);
  const openOrClosedShadowRoot = (element: Element) => (element === closed ? root : null);
  Object.assign(chrome, { dom: { openOrClosedShadowRoot } });
  expect(findImage("https://site.example/c.jpg")).toBe(hidden);

  Object.assign(chrome, { dom: undefined });
  expect(findImage("https://site.example/c.jpg")).toBeNull();
  Object.assign(closed, { openOrClosedShadowRoot: root });
  expect(findImage("https://site.example/c.jpg")).toBe(hidden);
});
