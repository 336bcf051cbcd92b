import { site } from "./site";

export const x = site({
  name: "X",
  pages: ["https://x.com/*", "https://twitter.com/*"],
  media: ["https://*.twimg.com/*"],
  tests: ["https://x.com/explore", "https://x.com/NASA/media"],
  // Each photo is a background and, over it, an invisible <img> of the same address.
  images:
    '[data-testid="tweetPhoto"] img, [data-testid^="card.layout"] img, ' +
    '[data-testid="swipe-to-dismiss"] img, [data-testid="videoPlayer"] video[poster]',
  original(url) {
    if (url.pathname.startsWith("/media/")) url.searchParams.set("name", "orig");
    return url;
  },
});
