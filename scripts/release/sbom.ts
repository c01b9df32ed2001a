import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { bundlePrism } from "../prism/bundle.js";
import { packagesIn } from "../prism/licences.js";
import { inTemporaryFolder } from "../steps/bundle.js";

const run = promisify(execFile);

interface Bom {
  metadata: { component: { name: string; "bom-ref": string } };
  components: { "bom-ref": string; properties: { name: string; value: string }[] }[];
  dependencies: { ref: string; dependsOn: string[] }[];
}

/**
 * What a user of the package runs, in the form of CycloneDX: the dependencies that npm installs, and the packages that are bundled,
 * which npm knows as tools of this repository.
 */
export async function sbom(root: string): Promise<string> {
  const everything = await bom(root);
  const installed = new Set((await bom(root, "--omit", "dev")).components.map(refOf));
  const bundled = new Set(await bundledRefs());
  const missing = [...bundled].filter(
    (ref) => !everything.components.some((component) => refOf(component) === ref),
  );
  if (missing.length > 0)
    throw new Error(`The lockfile must have what is bundled; it lacks ${missing.join(", ")}.`);
  const components = everything.components
    .filter((component) => installed.has(refOf(component)) || bundled.has(refOf(component)))
    .map((component) => ({
      ...component,
      scope: "required",
      properties: bundled.has(refOf(component)) ? [{ name: "bundled", value: "true" }] : [],
    }));
  const { name } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const self = { ...everything.metadata.component, name };
  const refs = new Set([self["bom-ref"], ...components.map(refOf)]);
  const dependencies = everything.dependencies
    .filter(({ ref }) => refs.has(ref))
    .map(({ ref, dependsOn }) => ({
      ref,
      dependsOn: ref === self["bom-ref"] ? [...refs].slice(1) : dependsOn.filter((other) => refs.has(other)),
    }));
  const metadata = { ...everything.metadata, component: self };
  return `${JSON.stringify({ ...everything, metadata, components, dependencies }, null, 2)}\n`;
}

const refOf = (component: { "bom-ref": string }) => component["bom-ref"];

const bom = async (cwd: string, ...flags: string[]): Promise<Bom> => {
  const args = ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only", ...flags];
  const { stdout } = await run("npm", args, { cwd, maxBuffer: 2 ** 26 });
  return JSON.parse(stdout);
};

const bundledRefs = (): Promise<string[]> =>
  inTemporaryFolder(async (folder) => {
    const folders = packagesIn(await bundlePrism(join(folder, "prism.js")));
    return Promise.all(
      folders.map(async (path) => {
        const { name, version } = JSON.parse(await readFile(join(path, "package.json"), "utf8"));
        return `${name}@${version}`;
      }),
    );
  });
