import { readGuides } from "../docs/guides.js";
import words from "../docs/words/en.json" with { type: "json" };
import { type Call, calls, endpointOf, type OpenApiDocument } from "./document.js";

export interface Line {
  title: string;
  href: string;
  about?: string;
}

/** An index for language models, as llmstxt.org describes it. */
export function index(title: string, summary: string, sections: Record<string, Line[]>): string {
  const parts = Object.entries(sections).map(([name, lines]) => {
    const rows = lines.map(({ title, href, about }) => `- [${title}](${href})${about ? `: ${about}` : ""}`);
    return `## ${name}\n\n${rows.join("\n")}\n`;
  });
  return [`# ${title}\n`, `> ${summary}\n`, ...parts].join("\n");
}

/** The index of what is in the package; its links lead from the package's own folder. */
export function llmsTxt(document: OpenApiDocument): string {
  const guides = readGuides("en", document).map(({ topic, chapter, title, description }) => ({
    ...{ chapter, title, about: description },
    href: `openapi/guides/${topic}.en.md`,
  }));
  const operations = calls(document).map((call) => ({ chapter: "operations", ...lineOf(call) }));
  const lines = [...guides, ...operations];
  const named = Object.entries(words.chapters).map(([chapter, name]) => [
    name,
    lines.filter((line) => line.chapter === chapter),
  ]);
  return index("binance-accounts", `${words.tagline}. ${words.description}`, {
    "Read first": [
      { title: "SKILL.md", href: "SKILL.md", about: "how to use the package, in one page" },
      { title: "README.md", href: "README.md", about: "what the client does and does not do" },
    ],
    ...Object.fromEntries(named),
    OpenAPI: [
      { title: "openapi.json", href: "generated/openapi.json" },
      {
        title: "mock.openapi.json",
        href: "generated/mock-openapi.json",
        about: "the mock's control interface",
      },
    ],
    Optional: [
      { title: "CHANGELOG.md", href: "CHANGELOG.md" },
      { title: "ADR.md", href: "ADR.md", about: "why things are as they are" },
    ],
  });
}

const lineOf = (call: Call): Line => ({
  title: `${call.operation.operationId}()`,
  href: `generated/openapi.json#/paths/${call.path.replaceAll("/", "~1")}/${call.method}`,
  about: `${endpointOf(call)}, ${call.operation.summary}`,
});
