import { readFile } from "node:fs/promises";
import { type Call, calls, endpointOf, type OpenApiDocument, type Parameter, resolve } from "./document.js";

const markers = /(<!-- operations -->\n)[\s\S]*?(<!-- \/operations -->)/;

/** A guide as it is linked in the repository, or on a site, which may have moved. */
const guide = /\]\((?:openapi\/guides\/([\w-]+)\.en\.md|https:\/\/[^)\s]+?\/guides\/([\w-]+)\.html)/g;

/** README.md with its table of methods taken from the document, and its guides linked where `homepage` says that they are. */
export async function readmeMd(document: OpenApiDocument): Promise<string> {
  const { homepage } = JSON.parse(await readFile("package.json", "utf8")) as { homepage?: string };
  const source = await readFile(new URL("../../README.md", import.meta.url), "utf8");
  const text = homepage
    ? source.replace(guide, `](${homepage.replace(/\/*$/, "/")}guides/$1$2.html`)
    : source;
  if (!markers.test(text))
    throw new Error(
      "README.md must hold <!-- operations --> and <!-- /operations -->, each on its own line.",
    );
  return text.replace(
    markers,
    (_all, open: string, close: string) => `${open}\n${table(document)}\n\n${close}`,
  );
}

function table(document: OpenApiDocument): string {
  const rows = calls(document).map((call) => [
    `\`${call.operation.operationId}(${parametersOf(document, call)})\``,
    call.operation.summary,
    `\`${endpointOf(call)}\``,
    String(call.operation["x-request-weight"]),
  ]);
  return [["method", "returns", "endpoint", "weight"], ["---", "---", "---", "--:"], ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

/** The operation's own parameters as TypeScript writes them; those that exclude each other are joined by `|`. */
function parametersOf(document: OpenApiDocument, { operation }: Call): string {
  const own = (operation.parameters ?? [])
    .map((parameter) => resolve<Parameter>(document, parameter))
    .filter((parameter) => !parameter["x-injected"] && parameter.name !== "recvWindow");
  if (own.length === 0) return "";
  const groups = operation["x-mutually-exclusive"] ?? [];
  const grouped = new Map<string, string[]>();
  for (const { name, required } of own) {
    const key = groups.find((group) => group.includes(name))?.join() ?? name;
    grouped.set(key, [...(grouped.get(key) ?? []), required ? name : `${name}?`]);
  }
  return `{ ${[...grouped.values()].map((names) => names.join(" \\| ")).join(", ")} }`;
}
