import { pictureOf } from "../shared/address";

declare global {
  /** The picture under the last right-click, for backgrounds and posters that the browser does not name. */
  var realeyezPointed: WeakRef<Element> | undefined;
}

/** Note what lies under each right-click, overlays and all. */
export function rememberPointer(signal: AbortSignal): void {
  const note = ({ clientX, clientY }: MouseEvent) => {
    const found = pictureAt(clientX, clientY);
    globalThis.realeyezPointed = found ? new WeakRef(found) : undefined;
  };
  addEventListener("contextmenu", note, { capture: true, passive: true, signal });
  signal.addEventListener("abort", () => {
    globalThis.realeyezPointed = undefined;
  });
}

/**
 * The picture that was right-clicked, as far as the page tells. Where no script of ours saw the click,
 * what is under the pointer still counts as hovered.
 */
export function pointed(): Element | null {
  const remembered = globalThis.realeyezPointed?.deref();
  if (remembered?.isConnected) return remembered;
  const hovered = [...document.querySelectorAll(":hover")].at(-1);
  if (!hovered) return null;
  const { left, top, width, height } = hovered.getBoundingClientRect();
  return pictureAt(left + width / 2, top + height / 2);
}

function pictureAt(x: number, y: number): Element | null {
  return document.elementsFromPoint(x, y).find((element) => pictureOf(element)) ?? null;
}
