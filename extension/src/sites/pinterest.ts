import { site } from "./site";

export const pinterest = site({
  name: "Pinterest",
  pages: ["https://*.pinterest.com/*"],
  media: ["https://i.pinimg.com/*"],
  tests: ["https://www.pinterest.com/ideas/", "https://www.pinterest.com/search/pins/?q=hills"],
  images:
    "[data-test-id='pin'] img, [data-test-id='pinWrapper'] img, " +
    "[data-test-id='closeup-image'] img, [data-test-id='visual-content-container'] img",
  except: "[data-test-id*='avatar' i], [data-test-id*='user' i]",
  original(url) {
    // 236x, 474x, 736x … are scaled; square crops (75x75_RS) have no original to name.
    url.pathname = url.pathname.replace(/^\/\d+x\//, "/originals/");
    return url;
  },
});
