import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { root, runModule, temporaryFolder } from "./process.js";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
export const program = (process.env.PATH ?? "")
  .split(delimiter)
  .flatMap((folder) => names.map((name) => join(folder, name)))
  .find((path) => existsSync(path));
const installed = ["try-it/node_modules/@scalar/api-reference", "vitepress/node_modules/vitepress"].every(
  (path) => existsSync(join(root, "scripts/docs", path)),
);

/** Whether this machine has what the tests of the site need. `.ci/run` says that it has to. */
export const canTestSite = installed && program !== undefined;
export const howToTestSite =
  "Tests of the site skipped; to have them: `apt-get install chromium` (or Chrome in PATH), and `npm run docs` once.";
if (!canTestSite && process.env.SITE_TESTS === "required") throw new Error(howToTestSite);

/** Builds the site into a folder that is gone afterwards. */
export async function buildSite(...flags: string[]) {
  const folder = await temporaryFolder();
  const { code, stderr } = await runModule("tsx/dist/cli.mjs", ["scripts/docs.ts", folder.path, ...flags]);
  if (code !== 0) throw new Error(stderr);
  return folder;
}

/** Debian's Chromium, which reaches nothing but this machine. */
export const launch = (...more: string[]): Promise<Browser> =>
  chromium.launch({
    executablePath: program ?? "",
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
      ...more,
    ],
  });
