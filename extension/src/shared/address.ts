/** The absolute address of the picture that an element shows, "" if it shows none. */
export function addressOf(element: Element): string {
  if (element instanceof HTMLImageElement) return element.currentSrc || element.src;
  if (element instanceof HTMLVideoElement) return absolute(element.getAttribute("poster"));
  if (element instanceof HTMLInputElement && element.type === "image") return element.src;
  if (element instanceof SVGImageElement) {
    return absolute(element.href.baseVal);
  }
  return "";
}

/** The same, with the topmost CSS background counted: that costs a look at computed styles. */
export function pictureOf(element: Element): string {
  const address = addressOf(element);
  if (address || element instanceof HTMLImageElement) return address;
  const [, quoted = "", plain = ""] =
    /url\((?:"((?:[^"\\]|\\.)*)"|([^)"]*))\)/.exec(getComputedStyle(element).backgroundImage) ?? [];
  const text = quoted.replace(/\\(.)/g, "$1") || plain;
  return absolute(text);
}

function absolute(address: string | null): string {
  return address ? (URL.parse(address, document.baseURI)?.href ?? "") : "";
}
