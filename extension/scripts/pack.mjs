// npm run pack → dist/realeyez-<version>-chrome.zip and -firefox.zip, the same bytes from the same
// source: files in order of their names, all of one date.
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { zipSync } from "fflate";

const root = new URL("../", import.meta.url);
const { version } = JSON.parse(await readFile(new URL("package.json", root), "utf8"));
// The earliest that a ZIP can say, in whatever time zone this runs.
const mtime = new Date(1980, 0, 1);

for (const target of ["chrome", "firefox"]) {
  const folder = new URL(`dist/${target}/`, root);
  const names = (await readdir(folder, { recursive: true })).map((name) =>
    name.replaceAll("\\", "/"),
  );
  const files = {};
  for (const name of names.sort()) {
    const path = new URL(name, folder);
    if ((await stat(path)).isFile()) files[name] = [await readFile(path), { mtime, level: 9 }];
  }
  const zip = zipSync(files, { os: 3 });
  const out = `dist/realeyez-${version}-${target}.zip`;
  await writeFile(new URL(out, root), zip);
  console.log(`extension/${out}: ${(zip.length / 1024).toFixed(0)} KiB`);
}
