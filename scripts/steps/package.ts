import { readFile } from "node:fs/promises";
import { notice } from "./document.js";

/** `version` and `homepage` of package.json, so that the client knows them without reading a file. */
export async function packageTs(): Promise<string> {
  const { version, homepage } = JSON.parse(await readFile("package.json", "utf8")) as {
    version: string;
    homepage?: string;
  };
  const value = homepage ? JSON.stringify(homepage.replace(/\/*$/, "/")) : "undefined";
  return `// ${notice}

/** Version of this package, as package.json says. */
export const version = ${JSON.stringify(version)};

/** Where the docs are published, as \`homepage\` of package.json says. */
export const homepage: string | undefined = ${value};
`;
}
