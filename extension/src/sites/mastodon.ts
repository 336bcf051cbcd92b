import { site } from "./site";

export const mastodon = site({
  name: "Mastodon",
  // The best known; any other instance is switched on by its own address.
  pages: ["https://mastodon.social/*", "https://mastodon.online/*", "https://mstdn.social/*"],
  media: ["https://files.mastodon.social/*", "https://files.mastodon.online/*"],
  tests: ["https://mastodon.social/explore", "https://mastodon.social/@Mastodon"],
  match(url, page) {
    const known = /^(mastodon\.(social|online)|mstdn\.social)$/.test(url.hostname);
    return known || !!page?.querySelector("#mastodon[data-props], body > .app-holder#mastodon");
  },
  images:
    ".media-gallery__item img, .status-card__image img, .media-modal img, .image-loader img, " +
    ".video-player video[poster]",
  except: ".account__avatar, .emojione",
  original(url, image) {
    // The thumbnail's link leads to the original; the modal shows it already.
    const link = image.closest<HTMLAnchorElement>("a.media-gallery__item-thumbnail")?.href;
    if (link && /\/original\//.test(link)) return link;
    return url.href.replace(/(\/media_attachments\/.*)\/small\//, "$1/original/");
  },
});
