/** Smaller on screen is an avatar, an emoji or an icon. CSS pixels. */
export const LEAST_SHOWN = 96;
/** The service refuses smaller pictures: too little of a generator's trace is left. */
export const LEAST_NATURAL = 64;

interface Size {
  width: number;
  height: number;
}

/** Whether a picture of this size on screen is looked at: thin strips are rules and banners. */
export function isLarge({ width, height }: Size): boolean {
  return (
    Math.min(width, height) >= LEAST_SHOWN && Math.max(width, height) <= 8 * Math.min(width, height)
  );
}

/** Whether it has arrived and is large enough to check; what has no size of its own may be. */
export function isReady(element: Element): boolean {
  if (!(element instanceof HTMLImageElement)) return true;
  const { complete, srcset, parentElement, naturalWidth, naturalHeight } = element;
  // Of what srcset offers, the natural size is that of the place on screen.
  const chosen = srcset || parentElement instanceof HTMLPictureElement;
  return complete && Math.min(naturalWidth, naturalHeight) >= (chosen ? 1 : LEAST_NATURAL);
}
