import { readdirSync, readFileSync } from "node:fs";
import type { Metafile } from "esbuild";

const head = `The file dist/src/mock/prism-engine.cjs holds parts of these packages. They were changed: modules that the mock never
calls were left out, a few functions were replaced, and the rest was bundled and minified. Each package is listed with its licence.
`;

/** The folders of all packages that a bundle holds a part of. */
export function packagesIn({ outputs }: Metafile): string[] {
  const folders = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) =>
      bytesInOutput > 0 ? (/^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []) : [],
    ),
  );
  return [...new Set(folders)];
}

/** The licences of everything that a bundle holds, as the text of one file. Throws for a package without a licence. */
export function licencesOf(metafile: Metafile): string {
  const texts = packagesIn(metafile)
    .map(licenceOf)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return [head, ...texts.map(({ text }) => text)].join(`\n${"-".repeat(80)}\n\n`);
}

function licenceOf(folder: string): { name: string; text: string } {
  const { name, version, license, homepage, repository } = JSON.parse(
    readFileSync(`${folder}/package.json`, "utf8"),
  );
  if (typeof license !== "string")
    throw new Error(`${folder}/package.json must name a licence; received none.`);
  const address = homepage ?? repository?.url ?? repository;
  const files = readdirSync(folder).filter((file) => /^(?:licen[cs]e|notice|copying)/i.test(file));
  const parts = files.map((file) => readFileSync(`${folder}/${file}`, "utf8").trim());
  const none = `The package comes without the text of its licence${address ? `; see ${address}` : ""}.`;
  return { name, text: `${name} ${version}, ${license}\n\n${parts.join("\n\n") || none}\n` };
}
