// npm run build [FOLDER] → dist/chrome and dist/firefox, each ready to load unpacked.
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = new URL("../", import.meta.url);
const dist = process.argv[2] ? pathToFileURL(`${process.argv[2]}/`) : new URL("dist/", root);
const { version } = JSON.parse(await readFile(new URL("package.json", root), "utf8"));
const { manifest, targets } = await importTypeScript("src/manifest.ts");

const PAGES = ["options", "popup", "welcome"].flatMap((page) => [
  `${page}/${page}.html`,
  `${page}/${page}.css`,
]);

for (const target of targets) {
  const out = new URL(`${target}/`, dist);
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  await build({
    absWorkingDir: root.pathname,
    entryPoints: {
      background: "src/background/index.ts",
      content: "src/content/index.ts",
      feed: "src/feed/index.ts",
      "options/options": "src/options/options.ts",
      "popup/popup": "src/popup/popup.ts",
      "welcome/welcome": "src/welcome/welcome.ts",
    },
    outdir: out.pathname,
    bundle: true,
    format: "iife",
    target: target === "chrome" ? "chrome148" : "firefox142",
    loader: { ".css": "text" },
    // Firefox has it not, and its store's linter warns of the mere mention.
    define: target === "firefox" ? { "chrome.dom": "undefined" } : {},
    charset: "utf8",
    logLevel: "warning",
  });
  const copies = ["_locales", "icons", "shared/page.css", "welcome/example.jpg", ...PAGES];
  for (const path of copies) {
    await cp(new URL(`src/${path}`, root), new URL(path, out), { recursive: true });
  }
  await writeFile(
    new URL("manifest.json", out),
    JSON.stringify(manifest(target, version), null, 2),
  );
}

async function importTypeScript(path) {
  const { outputFiles } = await build({
    absWorkingDir: root.pathname,
    entryPoints: [path],
    bundle: true,
    format: "esm",
    write: false,
  });
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
}
