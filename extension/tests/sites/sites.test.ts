// Each site's own page, as tests/e2e/test_sites.py shows it to a real browser: what is found there, and
// which address is taken. Sizes are the browser's; here every found picture that is small is left out.
import { readFileSync } from "node:fs";
import { beforeEach, expect, test } from "vitest";
import { isLarge } from "../../src/feed/size";
import { pictureOf } from "../../src/shared/address";
import { generic, siteOf, sites } from "../../src/sites";

beforeEach(() => {
  document.documentElement.innerHTML = "";
});

function open(name: string): string[] {
  const html = readFileSync(`tests/sites/${name.toLowerCase()}.html`, "utf8");
  document.body.innerHTML = html.slice(html.indexOf(">", html.indexOf("<body")) + 1);
  for (const template of document.querySelectorAll("template")) {
    const root = template.parentElement?.attachShadow({ mode: "open" });
    root?.append(template.content.cloneNode(true));
  }
  return JSON.parse(document.querySelector("#expected")?.textContent ?? "");
}

function sizeOf(element: Element) {
  const { width, height } = (element as HTMLElement).style ?? {};
  const size = (css: string | undefined, attribute: string) =>
    Number.parseFloat(css || element.getAttribute(attribute) || "400") || 400;
  return { width: size(width, "width"), height: size(height, "height") };
}

test.each(sites.map((site) => [site.name, site] as const))("%s", (name, site) => {
  const expected = open(name);
  const found = [...site.findImages(document)].filter((element) => isLarge(sizeOf(element)));
  const best = found.map((element) => site.bestSource(element, pictureOf(element)));
  expect(best).toEqual(expected);
});

test.each(sites.flatMap((site) => site.tests.map((address) => [address, site] as const)))(
  "%s is known",
  (address, site) => {
    expect(siteOf(address)).toBe(site);
  },
);

test("any other page is generic, a look-alike's too", () => {
  expect(siteOf("https://x.com.example/home")).toBe(generic);
  expect(siteOf("https://notx.com/home")).toBe(generic);
  expect(siteOf("https://old.example/")).toBe(generic);
});

test("an instance of Mastodon is known by its page", () => {
  open("mastodon");
  expect(siteOf("https://social.example/home", document).name).toBe("Mastodon");
});
