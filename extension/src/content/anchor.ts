// Chrome passes on no address longer than this, which only data: addresses are.
const LONGEST_ADDRESS = 2 * 2 ** 20;

/**
 * The picture that was right-clicked. The browser tells the background its address ("" if that is too
 * long), not the element, and nothing of ours is in the page before the click to see it. Where a page
 * shows one address twice, the copy that is still under the pointer, else nearest the middle of the
 * window, is taken: both have the same verdict, so a wrong guess only moves the card.
 */
export function findImage(srcUrl: string): Element | null {
  const found = [...elements(document)].filter(
    (element) => shows(element, srcUrl) && isVisible(element),
  );
  return (
    found.find((element) => element.matches(":hover")) ??
    found.sort((a, b) => offCentre(a) - offCentre(b))[0] ??
    null
  );
}

/** Whether an element shows the picture that the browser named so. */
export function shows(element: Element, srcUrl: string): boolean {
  const address = addressOf(element);
  return srcUrl ? address === srcUrl : address.length > LONGEST_ADDRESS;
}

/** The address of the picture that an element shows, "" if it shows none. */
export function addressOf(element: Element): string {
  if (element instanceof HTMLImageElement) return element.currentSrc || element.src;
  if (element instanceof HTMLInputElement) return element.type === "image" ? element.src : "";
  if (element instanceof SVGImageElement) {
    return URL.parse(element.href.baseVal, document.baseURI)?.href ?? "";
  }
  return "";
}

function* elements(root: Document | ShadowRoot): Generator<Element> {
  for (const element of root.querySelectorAll("*")) {
    yield element;
    const shadow = shadowOf(element);
    if (shadow) yield* elements(shadow);
  }
}

/** An extension may see closed roots too: Chrome has a function for it, Firefox a property. */
function shadowOf(element: Element): ShadowRoot | null {
  if (!(element instanceof HTMLElement)) return null;
  const { openOrClosedShadowRoot } = element as { openOrClosedShadowRoot?: ShadowRoot | null };
  return (
    chrome.dom?.openOrClosedShadowRoot(element) ?? openOrClosedShadowRoot ?? element.shadowRoot
  );
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
