export type Child = Node | string | null | undefined | false;

/** An element with attributes and children; text goes in as text, never as markup. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter((child): child is Node | string => !!child));
  return element;
}

export function button(className: string, label: string, onClick: () => void): HTMLButtonElement {
  const element = el("button", { type: "button", class: className }, label);
  element.addEventListener("click", onClick);
  return element;
}

const GLYPHS = {
  close: ["M6 6l12 12M18 6L6 18"],
  // The eye of the icon: one half of the iris sees a photograph, the other AI.
  eye: [
    "M2 12C6 4.4 18 4.4 22 12C18 19.6 6 19.6 2 12Z",
    "M12 7.5a4.5 4.5 0 0 0 0 9Z",
    "M12 7.5a4.5 4.5 0 0 1 0 9Z",
  ],
  // A spark, a spark that leaves a line, a tick, a question mark, an exclamation mark.
  ai: [
    "M12 3.5c.9 5 3.5 7.6 8.5 8.5c-5 .9-7.6 3.5-8.5 8.5c-.9-5-3.5-7.6-8.5-8.5c5-.9 7.6-3.5 8.5-8.5Z",
  ],
  ai_edited: [
    "M4 20l9.5-9.5",
    "M17 2.5c.5 2.9 1.6 4 4.5 4.5c-2.9.5-4 1.6-4.5 4.5c-.5-2.9-1.6-4-4.5-4.5c2.9-.5 4-1.6 4.5-4.5Z",
  ],
  real: ["M5 12.5l4.7 4.7L19 7.5"],
  unsure: ["M8.5 9.2a3.5 3.5 0 1 1 5.3 3c-1.2.7-1.8 1.4-1.8 2.8", "M12 18.8v.1"],
  error: ["M12 5.5v8", "M12 18.3v.1"],
  busy: ["M12 4a8 8 0 1 1-8 8"],
} as const;

export type Glyph = keyof typeof GLYPHS;

const drawn = new Map<Glyph, SVGSVGElement>();

export function glyph(name: Glyph): SVGSVGElement {
  const first = drawn.get(name) ?? draw(name);
  drawn.set(name, first);
  return first.cloneNode(true) as SVGSVGElement;
}

function draw(name: Glyph): SVGSVGElement {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", name);
  svg.setAttribute("aria-hidden", "true");
  for (const line of GLYPHS[name]) {
    const path = document.createElementNS(namespace, "path");
    path.setAttribute("d", line);
    svg.append(path);
  }
  return svg;
}
