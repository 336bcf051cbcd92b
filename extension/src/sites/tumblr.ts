import { site } from "./site";

export const tumblr = site({
  name: "Tumblr",
  pages: ["https://*.tumblr.com/*"],
  media: ["https://*.media.tumblr.com/*"],
  tests: ["https://www.tumblr.com/explore/trending", "https://www.tumblr.com/nasa"],
  images: "article img, [data-testid='lightbox'] img, figure img, video[poster]",
  except: "header, [class*='avatar' i], [aria-label*='avatar' i]",
  // srcset names every size that there is, the largest too.
});
