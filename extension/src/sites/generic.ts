import { site } from "./site";

/** Any page: whatever is not plainly an avatar, an emoji or an icon; sizes decide the rest. */
export const generic = site({
  name: "generic",
  pages: [],
  tests: ["https://commons.wikimedia.org/wiki/Commons:Featured_pictures"],
  match: () => true,
  images:
    "img, video[poster], input[type='image'], svg image, [style*='background-image'], " +
    "[style*='background:']",
  except:
    "[class*='avatar' i], [class*='emoji' i], [class*='profile-pic' i], [aria-hidden='true'] > i",
});
