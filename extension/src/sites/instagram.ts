import { site } from "./site";

export const instagram = site({
  name: "Instagram",
  pages: ["https://www.instagram.com/*"],
  media: ["https://*.cdninstagram.com/*", "https://*.fbcdn.net/*"],
  tests: ["https://www.instagram.com/explore/", "https://www.instagram.com/natgeo/"],
  // Photos carry a srcset or fill their frame; avatars sit in a link's canvas or a header.
  images: "article img, main img[srcset], main img[style*='object-fit'], dialog img, video[poster]",
  except: "header, a[href^='/stories/']",
  // Addresses are signed with their size: the largest candidate of srcset is the best there is.
});
