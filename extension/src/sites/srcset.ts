export interface Candidate {
  address: string;
  /** In pixels ("640w") or in device pixels a CSS pixel ("2x"); one set has one kind. */
  size: number;
}

/** The candidates of a srcset attribute. Addresses may hold commas, so spaces part them first. */
export function parseSrcset(text: string): Candidate[] {
  const candidates: Candidate[] = [];
  const pattern = /\s*,*\s*(\S*[^\s,])(?:\s+([^,]*))?\s*(?:,|$)/g;
  for (const [, address = "", descriptor = ""] of text.matchAll(pattern)) {
    const [, size] = /(?:^|\s)([\d.]+)[wx](?:\s|$)/.exec(descriptor) ?? [];
    candidates.push({ address, size: size ? Number(size) : 1 });
  }
  return candidates;
}

/**
 * The largest picture that an element's own markup offers, absolute, or null if it offers no choice.
 * Of a <picture>, only the source in use counts: others may be crops for other screens.
 */
export function largest(element: Element): string | null {
  if (!(element instanceof HTMLImageElement)) return null;
  const shown = element.currentSrc || element.src;
  const sets = [element.srcset];
  for (const source of element.parentElement?.querySelectorAll(":scope > source") ?? []) {
    sets.push(source.getAttribute("srcset") ?? "");
  }
  const base = element.ownerDocument.baseURI;
  for (const set of sets) {
    const candidates = parseSrcset(set).map(({ address, size }) => ({
      address: URL.parse(address, base)?.href ?? "",
      size,
    }));
    if (!candidates.some(({ address }) => address === shown)) continue;
    return candidates.reduce((a, b) => (b.size > a.size ? b : a)).address;
  }
  return null;
}
