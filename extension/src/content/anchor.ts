import { addressOf, pictureOf } from "../shared/address";
import { shadowOf } from "../shared/shadow";

// Chrome passes on no address longer than this, which only data: addresses are.
const LONGEST_ADDRESS = 2 * 2 ** 20;

/**
 * The picture that was right-clicked. The browser tells the background its address ("" if that is too
 * long), not the element, and nothing of ours is in the page before the click to see it. Where a page
 * shows one address twice, the copy that is still under the pointer, else nearest the middle of the
 * window, is taken: both have the same verdict, so a wrong guess only moves the card.
 */
export function findImage(srcUrl: string): Element | null {
  const found = [...elements(document)].filter((element) => {
    const address = addressOf(element);
    const same = srcUrl ? address === srcUrl : address.length > LONGEST_ADDRESS;
    return same && isVisible(element);
  });
  return (
    found.find((element) => element.matches(":hover")) ??
    found.sort((a, b) => offCentre(a) - offCentre(b))[0] ??
    null
  );
}

/** Whether an element still shows the picture of an address. */
export function shows(element: Element, address: string): boolean {
  return pictureOf(element) === address;
}

function* elements(root: Document | ShadowRoot): Generator<Element> {
  for (const element of root.querySelectorAll("*")) {
    yield element;
    const shadow = shadowOf(element);
    if (shadow) yield* elements(shadow);
  }
}

function isVisible(element: Element): boolean {
  const { width, height } = element.getBoundingClientRect();
  return width > 0 && height > 0 && element.checkVisibility({ visibilityProperty: true });
}

function offCentre(element: Element): number {
  const box = element.getBoundingClientRect();
  return Math.hypot(
    box.left + box.width / 2 - innerWidth / 2,
    box.top + box.height / 2 - innerHeight / 2,
  );
}
