import { readFileSync } from "node:fs";

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));

/** Gives the document the version of the package, which is written nowhere else. */
export default function packageVersion() {
  return {
    Root: {
      enter(root) {
        root.info.version = version;
      },
    },
  };
}
