import { site } from "./site";

export const facebook = site({
  name: "Facebook",
  pages: ["https://www.facebook.com/*"],
  media: ["https://*.fbcdn.net/*"],
  tests: ["https://www.facebook.com/NASA/photos", "https://www.facebook.com/watch"],
  // Avatars are SVG <image>s under a mask; emoji and reactions come from static.xx.fbcdn.net.
  images:
    "[role='article'] img[src*='fbcdn.net/v/'], [role='main'] a img[src*='fbcdn.net/v/'], " +
    "img[data-visualcompletion='media-vc-image'], video[poster]",
  except: "[role='banner'], [role='navigation'], svg, mask",
});
