import { site } from "./site";

export const linkedin = site({
  name: "LinkedIn",
  pages: ["https://www.linkedin.com/*"],
  media: ["https://media.licdn.com/*"],
  tests: ["https://www.linkedin.com/feed/", "https://www.linkedin.com/company/nasa/posts/"],
  // Its class names change; the addresses say what a picture is for.
  images:
    "img[src*='/feedshare-'], img[src*='/image-shrink'], img[src*='/articleshare-'], " +
    "img[src*='/article-cover'], img[src*='/document-'], video[poster]",
  except: "[class*='avatar' i], [class*='EntityPhoto'], header nav",
});
