import { bluesky } from "./bluesky";
import { facebook } from "./facebook";
import { generic } from "./generic";
import { instagram } from "./instagram";
import { linkedin } from "./linkedin";
import { mastodon } from "./mastodon";
import { pinterest } from "./pinterest";
import { reddit } from "./reddit";
import type { Site } from "./site";
import { threads } from "./threads";
import { tumblr } from "./tumblr";
import { x } from "./x";

export { generic };

/** The sites that are known by name. */
export const sites: readonly Site[] = [
  x,
  instagram,
  facebook,
  threads,
  reddit,
  linkedin,
  bluesky,
  mastodon,
  pinterest,
  tumblr,
];

/** The site that an address, and what is in its page, belong to. */
export function siteOf(address: string, page?: Document): Site {
  const url = URL.parse(address);
  return (url && sites.find((site) => site.match(url, page))) || generic;
}
