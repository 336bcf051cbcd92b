import { shadowOf } from "../shared/shadow";
import { largest } from "./srcset";

/** What RealEyez knows of one web site. */
export interface Site {
  readonly name: string;
  /** Its pages and its pictures' hosts, as match patterns: what switching it on asks leave for. */
  readonly pages: readonly string[];
  readonly media: readonly string[];
  /** Pages to try by hand. */
  readonly tests: readonly string[];
  match(url: URL, page?: Document): boolean;
  /** The elements that show pictures of posts: no avatars, no emoji, nothing of the site's own. */
  findImages(root: ParentNode): Iterable<Element>;
  /** The best address that the page offers for what an element shows at `shown`. */
  bestSource(image: Element, shown: string): string;
}

interface Description {
  name: string;
  pages: readonly string[];
  media?: readonly string[];
  tests: readonly string[];
  /** Selects what shows pictures. */
  images: string;
  /** Is in or around what is none. */
  except?: string;
  /** Selects elements whose shadow roots hold pictures. */
  shadows?: string;
  match?(url: URL, page?: Document): boolean;
  /** The address of the original, of the best that srcset offers. */
  original?(url: URL, image: Element): string | URL;
}

/** A site in its own words, with what all sites have in common filled in. */
export function site(description: Description): Site {
  const { name, pages, media = [], tests, images, except, shadows, original } = description;
  return {
    name,
    pages,
    media,
    tests,
    match: description.match ?? ((url) => pages.some((pattern) => covers(pattern, url))),
    *findImages(root) {
      for (const found of root.querySelectorAll(images)) {
        if (!except || !found.closest(except)) yield found;
      }
      if (!shadows) return;
      for (const host of root.querySelectorAll<HTMLElement>(shadows)) {
        const inner = shadowOf(host);
        if (inner) yield* this.findImages(inner);
      }
    },
    bestSource(image, shown) {
      const best = largest(image) ?? shown;
      const url = URL.parse(best);
      return url && original && /^https?:$/.test(url.protocol)
        ? String(original(url, image))
        : best;
    },
  };
}

/** Whether a match pattern with a host, such as https://*.example.org/*, covers an address. */
export function covers(pattern: string, { protocol, hostname }: URL): boolean {
  const [scheme, , host = ""] = pattern.split("/");
  if (scheme !== protocol && scheme !== "*:") return false;
  return host.startsWith("*.")
    ? hostname === host.slice(2) || hostname.endsWith(host.slice(1))
    : hostname === host;
}
