import { readdirSync } from "node:fs";

const folder = new URL("../paths/", import.meta.url);

/** Fills `paths` from the files in openapi/paths: papi_v1_um_account.yaml is /papi/v1/um/account. */
export default function discoverPaths() {
  return {
    Root: {
      enter(root) {
        const files = readdirSync(folder).filter((file) => file.endsWith(".yaml"));
        root.paths = Object.fromEntries(
          files.sort().map((file) => [`/${file.slice(0, -".yaml".length).replaceAll("_", "/")}`, { $ref: `paths/${file}` }]),
        );
      },
    },
  };
}
