import { site } from "./site";

export const threads = site({
  name: "Threads",
  pages: ["https://www.threads.com/*", "https://www.threads.net/*"],
  media: ["https://*.cdninstagram.com/*", "https://*.fbcdn.net/*"],
  tests: ["https://www.threads.com/", "https://www.threads.com/@nasa"],
  images: "[data-pressable-container] picture img, [role='dialog'] picture img, video[poster]",
  except: "a[href^='/@']:not([href*='/post/'])",
});
