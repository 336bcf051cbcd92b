import { site } from "./site";

export const reddit = site({
  name: "Reddit",
  pages: ["https://www.reddit.com/*", "https://old.reddit.com/*"],
  media: ["https://*.redd.it/*", "https://*.redditmedia.com/*"],
  tests: ["https://www.reddit.com/r/EarthPorn/", "https://old.reddit.com/r/pics/"],
  images:
    "shreddit-post img, gallery-carousel img, shreddit-aspect-ratio img, shreddit-comment img, " +
    "#shreddit-media-lightbox img, .expando img, .thing a.thumbnail img, video[poster]",
  // Galleries and posts have a blurred copy behind the picture; the players have shadow roots.
  except:
    ".post-background-image-filter, [slot='avatar'], [avatar], faceplate-tracker[noun='user']",
  shadows: "shreddit-player, shreddit-player-2, shreddit-gallery-carousel",
  original(url) {
    // preview.redd.it/[name-]<id>.jpg?width=640&… is a scaled copy of i.redd.it/<id>.jpg
    const [, file] = /(?:^|[-/])(\w{10,}\.(?:jpe?g|png|webp))$/.exec(url.pathname) ?? [];
    return url.hostname === "preview.redd.it" && file ? `https://i.redd.it/${file}` : url;
  },
});
