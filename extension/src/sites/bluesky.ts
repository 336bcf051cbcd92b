import { site } from "./site";

export const bluesky = site({
  name: "Bluesky",
  pages: ["https://bsky.app/*"],
  media: ["https://cdn.bsky.app/*", "https://video.bsky.app/*"],
  tests: ["https://bsky.app/", "https://bsky.app/profile/nasa.gov"],
  images:
    "img[src*='/img/feed_thumbnail/'], img[src*='/img/feed_fullsize/'], " +
    "video[poster*='video.bsky.app']",
  original(url) {
    url.pathname = url.pathname.replace("/img/feed_thumbnail/", "/img/feed_fullsize/");
    return url;
  },
});
