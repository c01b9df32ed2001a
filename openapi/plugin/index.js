import discoverPaths from "./discover-paths.js";
import liftPathSchemas from "./lift-path-schemas.js";
import packageVersion from "./package-version.js";
import * as rules from "./rules.js";

const named = Object.entries(rules).map(([name, rule]) => [
  name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`),
  rule,
]);

/** The house rules of this document, for every Redocly command: lint, bundle and build-docs. */
export default function house() {
  return {
    id: "house",
    preprocessors: { oas3: { "discover-paths": discoverPaths, "package-version": packageVersion } },
    decorators: { oas3: { "lift-path-schemas": liftPathSchemas } },
    rules: { oas3: Object.fromEntries(named) },
    configs: { all: { rules: Object.fromEntries(named.map(([name]) => [`house/${name}`, "error"])) } },
  };
}
