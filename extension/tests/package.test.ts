// The packages as the stores get them, built twice into folders of their own.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const TIMEOUT_MS = 300_000;
const MOST_KB = 150;
const folders: string[] = [];

function packed(timeZone: string): string {
  const folder = mkdtempSync(join(tmpdir(), "realeyez-"));
  folders.push(folder);
  const env = { ...process.env, TZ: timeZone };
  execFileSync("node", ["scripts/build.mjs", folder], { env });
  // Another day of building, too.
  utimesSync(join(folder, "chrome/background.js"), new Date(2001, 1, 1), new Date(2001, 1, 1));
  execFileSync("node", ["scripts/pack.mjs", folder], { env });
  return folder;
}

function zips(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.endsWith(".zip"));
}

beforeAll(() => {
  packed("UTC");
  packed("Asia/Tokyo");
}, TIMEOUT_MS);

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

test("the same source gives the same bytes", () => {
  const [first = "", second = ""] = folders;
  expect(zips(first)).toHaveLength(2);
  for (const zip of zips(first)) {
    const [a, b] = [first, second].map((folder) => readFileSync(join(folder, zip)));
    expect(a?.equals(b ?? Buffer.of()), zip).toBe(true);
  }
});

test("the packages are small", () => {
  const [folder = ""] = folders;
  for (const zip of zips(folder)) {
    expect(readFileSync(join(folder, zip)).length / 1000, zip).toBeLessThanOrEqual(MOST_KB);
  }
});

test(
  "Mozilla's linter finds no error and no warning",
  () => {
    const source = join(folders[0] ?? "", "firefox");
    const lint = ["lint", "--output=json", "--no-config-discovery", "--source-dir", source];
    const { summary } = JSON.parse(execFileSync("node_modules/.bin/web-ext", lint).toString());
    expect(summary).toEqual({ errors: 0, notices: 0, warnings: 0 });
  },
  TIMEOUT_MS,
);
