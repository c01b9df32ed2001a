import { readFile } from "node:fs/promises";
import { notice } from "./document.js";

/** `homepage` of package.json, so that the client knows where its docs are without reading a file. */
export async function homepageTs(): Promise<string> {
  const { homepage } = JSON.parse(await readFile("package.json", "utf8")) as { homepage?: string };
  const value = homepage ? JSON.stringify(homepage.replace(/\/*$/, "/")) : "undefined";
  return `// ${notice}

/** Where the docs are published, as \`homepage\` of package.json says. */
export const homepage: string | undefined = ${value};
`;
}
