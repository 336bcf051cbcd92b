import { el } from "../shared/dom";
import { t } from "../shared/i18n";
import { dataBytes } from "./page-bytes";

// Twice the card's width, for screens with two pixels a point.
const THUMBNAIL_WIDTH = 680;

/** Decoded from bytes and drawn, never loaded by address: a page's img-src policy has no say in it. */
export async function decodeHeatmap(dataUrl: string): Promise<ImageBitmap> {
  return createImageBitmap(dataBytes(dataUrl));
}

/** The picture, small, with its heat map over it. */
export function thumbnail(picture: ImageBitmap, heat: ImageBitmap): HTMLCanvasElement {
  const scale = Math.min(1, THUMBNAIL_WIDTH / picture.width);
  const canvas = draw(picture.width * scale, picture.height * scale, picture, heat);
  canvas.className = "thumbnail";
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", t("heatmap_label"));
  return canvas;
}

/** The heat map alone, to lie over the picture in the page. */
export function heatLayer(heat: ImageBitmap): HTMLCanvasElement {
  return draw(heat.width, heat.height, heat);
}

function draw(width: number, height: number, ...layers: ImageBitmap[]): HTMLCanvasElement {
  const size = { width: String(Math.round(width)), height: String(Math.round(height)) };
  const canvas = el("canvas", size);
  const context = canvas.getContext("2d");
  if (context) {
    context.imageSmoothingQuality = "high";
    for (const layer of layers) context.drawImage(layer, 0, 0, canvas.width, canvas.height);
  }
  return canvas;
}
