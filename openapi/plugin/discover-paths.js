import { readdirSync } from "node:fs";

const folder = new URL("../paths/", import.meta.url);

/** Fills `paths` from the files in openapi/paths: papi_v1_um_account.yaml is /papi/v1/um/account. */
export default function discoverPaths() {
  return {
    Root: {
      enter(root) {
        const files = readdirSync(folder);
        const stray = files.find((file) => !file.endsWith(".yaml"));
        if (stray)
          throw new Error(`openapi/paths/${stray} would be passed over: a path file ends with .yaml.`);
        root.paths = Object.fromEntries(
          files
            .sort()
            .map((file) => [
              `/${file.slice(0, -".yaml".length).replaceAll("_", "/")}`,
              { $ref: `paths/${file}` },
            ]),
        );
      },
    },
  };
}
