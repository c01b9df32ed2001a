import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type JsonValue, query } from "jsonpath-rfc9535";
import { parse } from "yaml";
import { inTemporaryFolder, redoclyCli } from "./bundle.js";
import type { OpenApiDocument } from "./document.js";
import { openapiJson } from "./openapi-json.js";
import { texts, untranslated } from "./texts.js";

interface Overlay {
  actions: { target: string }[];
}

/** The document in Chinese. Throws when the overlay misses the document anywhere, or leaves a text in English. */
export async function chineseJson(document: OpenApiDocument, overlay = "zh-CN.yaml"): Promise<string> {
  const text = await readFile(new URL(`../../openapi/overlays/${overlay}`, import.meta.url), "utf8");
  const report = (what: string, where: string[]) => {
    if (where.length === 0) return;
    const lines = where.map((line) => `  ${line}\n`).join("");
    throw new Error(`openapi/overlays/${overlay} ${what}:\n${lines}`);
  };
  const { actions } = parse(text) as Overlay;
  const missed = actions
    .filter(({ target }) => query(document as JsonValue, target).length === 0)
    .map(({ target }) => target);
  report("has targets that match nothing", missed);

  const translated = await apply(document, text);
  const [known, now] = [texts(document), texts(translated)];
  report("translates what the document does not have", difference(now.keys(), known));
  report("loses texts", difference(known.keys(), now));
  report(
    "leaves these in English",
    [...now].filter(([, words]) => untranslated(words)).map(([at, words]) => `${at}: ${words.trim()}`),
  );
  report(
    "leaves these empty",
    [...now].filter(([, words]) => words.trim() === "").map(([at]) => at),
  );
  report(
    "may change texts only, and the links to Binance's own pages",
    difference(skeleton(translated), skeleton(document)),
  );
  return openapiJson(joinLines(translated));
}

/** A line break inside a paragraph becomes a space when it is shown, and Chinese has none between its sentences. */
function joinLines(document: OpenApiDocument): OpenApiDocument {
  const join = (text: string) => text.replace(/(?<=[^\n])\n(?=[^\n])/g, "");
  const words = texts(document);
  const visit = (node: unknown, at: string): unknown => {
    if (Array.isArray(node)) return node.map((value, index) => visit(value, `${at}/${index}`));
    if (node !== null && typeof node === "object")
      return Object.fromEntries(
        Object.entries(node).map(([key, value]) => [key, visit(value, `${at}/${key}`)]),
      );
    return words.has(at) ? join(String(node)) : node;
  };
  return visit(document, "") as OpenApiDocument;
}

const apply = (document: OpenApiDocument, overlay: string): Promise<OpenApiDocument> =>
  inTemporaryFolder(async (folder) => {
    const [input, output] = [join(folder, "openapi.json"), join(folder, "translated.json")];
    // A configuration of its own: the paths are there already, and need no plugin to find them.
    await writeFile(join(folder, "redocly.yaml"), "telemetry: off\n");
    await writeFile(join(folder, "overlay.yaml"), overlay);
    await writeFile(input, JSON.stringify(document));
    await redoclyCli(folder, "bundle", input, "--overlay", join(folder, "overlay.yaml"), "--output", output);
    return JSON.parse(await readFile(output, "utf8"));
  });

const difference = (one: Iterable<string>, other: { has(at: string): boolean }) =>
  [...one].filter((at) => !other.has(at));

/** Everything that is no text: each value at its place, as one line. */
function skeleton(document: OpenApiDocument): Set<string> {
  const lines = new Set<string>();
  const words = texts(document);
  const visit = (node: unknown, at: string) => {
    if (node !== null && typeof node === "object")
      for (const [key, value] of Object.entries(node)) visit(value, `${at}/${key}`);
    else if (!words.has(at) && !at.endsWith("/externalDocs/url")) lines.add(`${at}: ${JSON.stringify(node)}`);
  };
  visit(document, "");
  return lines;
}
