import { el } from "../shared/dom";
import { heatLayer } from "./heatmap";
import { type Box, fitBox, type Size } from "./position";

/** The heat map laid over the picture in the page; it lets every click through. */
export class Overlay {
  readonly element: HTMLElement;
  readonly #layer: HTMLCanvasElement;

  constructor(heat: ImageBitmap) {
    this.#layer = heatLayer(heat);
    this.element = el("div", { class: "overlay", "aria-hidden": "true" }, this.#layer);
  }

  place(picture: Element): void {
    const style = getComputedStyle(picture);
    const frame = contentBox(picture, style);
    const layer = fitBox(frame, naturalSize(picture, this.#layer), {
      // An SVG image has no object-fit; it is drawn whole and centred.
      fit: picture instanceof SVGElement ? "contain" : style.objectFit,
      position: style.objectPosition,
    });
    setBox(this.element, frame);
    setBox(this.#layer, { ...layer, left: layer.left - frame.left, top: layer.top - frame.top });
    this.element.style.borderRadius = style.borderRadius;
  }
}

/** Where the picture's pixels go: inside its border and padding. */
function contentBox(element: Element, style: CSSStyleDeclaration): Box {
  const box = element.getBoundingClientRect();
  const inset = (side: "Left" | "Right" | "Top" | "Bottom") =>
    (Number.parseFloat(style[`border${side}Width`]) || 0) +
    (Number.parseFloat(style[`padding${side}`]) || 0);
  return {
    left: box.left + inset("Left"),
    top: box.top + inset("Top"),
    width: box.width - inset("Left") - inset("Right"),
    height: box.height - inset("Top") - inset("Bottom"),
  };
}

function naturalSize(element: Element, layer: Size): Size {
  if (!(element instanceof HTMLImageElement)) return layer;
  return { width: element.naturalWidth, height: element.naturalHeight };
}

function setBox({ style }: HTMLElement, { left, top, width, height }: Box): void {
  style.left = `${left}px`;
  style.top = `${top}px`;
  style.width = `${width}px`;
  style.height = `${height}px`;
}
