import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { inTemporaryFolder, redoclyCli } from "../steps/bundle.js";
import { calls, type OpenApiDocument } from "../steps/document.js";
import { renderFrame } from "./frame.js";
import type { Sample } from "./samples.js";
import type { Where } from "./where.js";
import { folderOf, type Language, words } from "./words.js";

interface InterfaceWords {
  /** By the key under which Redoc asks for them. */
  keyed: Record<string, string>;
  /** By the English text, for what is rendered ahead. */
  rendered: Record<string, string>;
}

/** Redoc's interface speaks English; these are its words in another language. */
const interfaceWords = JSON.parse(
  await readFile(new URL("reference-words.json", import.meta.url), "utf8"),
) as Partial<Record<Language, InterfaceWords>>;

export interface Reference {
  html: string;
  /** Redoc itself, one file for all languages. */
  redoc: string;
  /** The document, and the call that shows it. */
  script: string;
}

/** The reference of `redocly build-docs`, taken apart so that a strict policy lets it pass, in a page of the site. */
export async function reference(
  document: OpenApiDocument,
  language: Language,
  samples: Sample[],
  where: Where,
): Promise<Reference> {
  const built = await build(withSamples(document, samples), samples);
  const styles = [...built.matchAll(/<style[^>]*>[\s\S]*?<\/style>/g)].map(([style]) => style).join("\n");
  const module = /<script type="module">([\s\S]*)<\/script>/.exec(built)?.[1] ?? "";
  const start = module.lastIndexOf("const __redoc_definition");
  const redoc = mend(module.slice(0, start));
  const rendered = /<div id="redoc">[\s\S]*?(?=<script type="module">)/.exec(built)?.[0] ?? "";
  // Its addresses are those of a router; opened in a new tab they need the sign of a fragment.
  const container = translate(rendered.replaceAll('href="/', 'href="#/'), language);
  // Redoc's own first script, which picks light or dark before anything is painted.
  const inline = [...container.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(
    ([, text = ""]) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`,
  );
  const depth = "../".repeat(folderOf(language).split("/").length - 1) || "./";
  const html = renderFrame(
    {
      language,
      path: "reference.html",
      title: words[language].reference.title,
      description: words[language].reference.description,
      main: `<noscript><p><a href="operations/${calls(document)[0]?.operation.operationId}.html">${words[language].menu.operations}</a></p></noscript>\n${container}`,
      head: `<link rel="stylesheet" href="${depth}scripts/reference.css">\n${styles}\n`,
      scripts: [`reference.${language}.js`],
      policy: {
        "script-src": inline.join(" "),
        "style-src": "'unsafe-inline'",
        "worker-src": "blob:",
        "font-src": "data:",
      },
      bodyClass: "reference",
    },
    where,
  );
  return { html, redoc, script: scriptOf(module.slice(start), language) };
}

const build = (document: OpenApiDocument, samples: Sample[]) =>
  inTemporaryFolder(async (folder) => {
    const languages = [
      ...new Map(samples.map(({ language: lang, label }) => [lang, { lang, label }])).values(),
    ];
    await writeFile(
      join(folder, "redocly.yaml"),
      stringify({ telemetry: "off", openapi: { codeSamples: { languages } } }),
    );
    await writeFile(join(folder, "openapi.json"), JSON.stringify(document));
    await redoclyCli(folder, "build-docs", "openapi.json", "--inlineBundle", "--output", "reference.html");
    return readFile(join(folder, "reference.html"), "utf8");
  });

/** The document with the samples where Redoc looks for them. */
export function withSamples(document: OpenApiDocument, samples: Sample[]): OpenApiDocument {
  const copy = structuredClone(document);
  for (const { operation } of calls(copy)) {
    const own = samples.filter(({ operationId }) => operationId === operation.operationId);
    Object.assign(operation, {
      "x-codeSamples": own.map(({ language: lang, label, source }) => ({ lang, label, source })),
    });
  }
  return copy;
}

const logo = `data:image/svg+xml,${encodeURIComponent(await readFile(new URL("browser/redoc.svg", import.meta.url), "utf8"))}`;

/** Redoc as it is, but for its logo, which it would load from elsewhere, and a door for the words of its interface. */
function mend(redoc: string): string {
  const lookUp = "translate:(e,t)=>(typeof t==`string`?t:t?.defaultValue)||e||``";
  return [
    ["https://cdn.redoc.ly/redoc/logo-mini-full.svg", logo],
    ["https://cdn.redoc.ly/redoc/logo-mini.svg", logo],
    [lookUp, lookUp.replace("=>(", "=>globalThis.redocWords?.[e]||(")],
  ].reduce((text, [from = "", to = ""]) => {
    if (text.split(from).length !== 2)
      throw new Error(
        `This version of Redoc does not hold once: ${from}. See mend() in scripts/docs/reference.ts.`,
      );
    return text.replace(from, () => to);
  }, redoc);
}

/** Words in what was rendered ahead: the same as the interface will say. */
function translate(html: string, language: Language): string {
  const own = interfaceWords[language];
  return html.replace(/>([^<>]+)</g, (all, text: string) =>
    own?.rendered[text] ? `>${own.rendered[text]}<` : all,
  );
}

function scriptOf(tail: string, language: Language): string {
  const own = interfaceWords[language];
  if (!own) return `import { hydrate } from "./redoc.js";\n${tail}`;
  // What was rendered ahead differs in a word or two, so it is replaced, not taken over.
  const call = tail.replace(/hydrate\(/, () => "init(");
  return `globalThis.redocWords = ${JSON.stringify(own.keyed)};\nconst { init } = await import("./redoc.js");\n${call}`;
}
