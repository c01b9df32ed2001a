import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { inTemporaryFolder, redoclyCli } from "../steps/bundle.js";
import { calls, type OpenApiDocument } from "../steps/document.js";
import { renderFrame } from "./frame.js";
import interfaceWords from "./reference-words.json" with { type: "json" };
import type { Sample } from "./samples.js";
import type { Where } from "./where.js";
import { type Language, words } from "./words.js";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const logo = encodeURIComponent(await readFile(here("browser/redoc.svg"), "utf8"));

/** The whole document on one page: what `redocly build-docs` makes, in a page of the site. */
export async function reference(
  document: OpenApiDocument,
  language: Language,
  samples: Sample[],
  where: Where,
): Promise<string> {
  const built = await buildDocs(withSamples(document, samples), samples);
  const [head = "", rendered = "", script = ""] = built.split(/^<hr>$|(?=<script type="module">)/m);
  const { title, description } = words[language].reference;
  const first = calls(document)[0]?.operation.operationId;
  return renderFrame(
    {
      ...{ language, path: "reference.html", title, description, bodyClass: "reference", head },
      // Redoc's addresses are those of a router; opened in a new tab they need the sign of a fragment.
      main: `<noscript><p><a href="operations/${first}.html">${words[language].menu.operations}</a></p></noscript>
${rendered.replaceAll('href="/', 'href="#/')}
${mend(script, language)}`,
      policy: {
        "style-src": "'self' 'unsafe-inline'",
        "worker-src": "blob:",
        "font-src": "'self' data:",
      },
    },
    where,
  );
}

/** Through a template of three lines, whose parts come apart again. */
const buildDocs = (document: OpenApiDocument, samples: Sample[]) =>
  inTemporaryFolder(async (folder) => {
    const labels = new Map(samples.map(({ language: lang, label }) => [lang, { lang, label }]));
    const openapi = { codeSamples: { languages: [...labels.values()] } };
    await writeFile(join(folder, "redocly.yaml"), stringify({ telemetry: "off", openapi }));
    await writeFile(join(folder, "openapi.json"), JSON.stringify(document));
    await writeFile(join(folder, "parts.hbs"), "{{{redocHead}}}\n<hr>\n{{{redocHTML}}}");
    const options = ["--inlineBundle", "--template", "parts.hbs", "--output", "reference.html"];
    await redoclyCli(folder, "build-docs", "openapi.json", ...options);
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

/** Redoc 3 has no option for its own logo, which it would load from elsewhere, and none for the words of its interface. */
function mend(script: string, language: Language): string {
  const own = interfaceWords[language];
  const translate = "translate:(e,t)=>";
  const changes = [
    ["https://cdn.redoc.ly/redoc/logo-mini-full.svg", `data:image/svg+xml,${logo}`],
    ["https://cdn.redoc.ly/redoc/logo-mini.svg", `data:image/svg+xml,${logo}`],
    [translate, `${translate}(${JSON.stringify(own)})[e]||`],
    // What was rendered ahead is in English; it is replaced, not taken over.
    ...(language === "en" ? [] : [["hydrate(__redoc_definition", "init(__redoc_definition"]]),
  ];
  return changes.reduce((text, [from = "", to = ""]) => {
    if (text.split(from).length !== 2)
      throw new Error(
        `This version of Redoc does not hold once: ${from}. See mend() in scripts/docs/reference.ts.`,
      );
    return text.replace(from, () => to);
  }, script);
}
