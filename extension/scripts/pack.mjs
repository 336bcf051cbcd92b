// npm run pack [FOLDER] → dist/realeyez-<version>-chrome.zip and -firefox.zip, the same bytes from the same
// source: files in order of their names, all of one date.
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { zipSync } from "fflate";

const root = new URL("../", import.meta.url);
const dist = process.argv[2] ? pathToFileURL(`${process.argv[2]}/`) : new URL("dist/", root);
const { version } = JSON.parse(await readFile(new URL("package.json", root), "utf8"));
// The earliest that a ZIP can say, in whatever time zone this runs.
const mtime = new Date(1980, 0, 1);

for (const target of ["chrome", "firefox"]) {
  const folder = new URL(`${target}/`, dist);
  const names = (await readdir(folder, { recursive: true })).map((name) =>
    name.replaceAll("\\", "/"),
  );
  const files = {};
  for (const name of names.sort()) {
    const path = new URL(name, folder);
    if ((await stat(path)).isFile()) files[name] = [await readFile(path), { mtime, level: 9 }];
  }
  const zip = zipSync(files, { os: 3 });
  const out = new URL(`realeyez-${version}-${target}.zip`, dist);
  await writeFile(out, zip);
  console.log(
    `${relative(process.cwd(), fileURLToPath(out))}: ${(zip.length / 1024).toFixed(0)} KiB`,
  );
}
