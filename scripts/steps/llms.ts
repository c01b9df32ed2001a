import { readdir, readFile } from "node:fs/promises";
import { parse } from "yaml";
import chapters from "../docs/chapters.json" with { type: "json" };
import words from "../docs/words/en.json" with { type: "json" };
import { calls, type OpenApiDocument } from "./document.js";

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
export async function llmsTxt(document: OpenApiDocument): Promise<string> {
  const names = (await readdir("openapi/guides")).filter((name) => name.endsWith(".en.md"));
  const guides = new Map(await Promise.all(names.map(guideOf)));
  const byChapter: Record<string, Line[]> = {};
  for (const [chapter, topics] of Object.entries<string[]>(chapters)) {
    byChapter[chapter] = topics.flatMap((topic) => guides.get(topic) ?? []);
    for (const topic of topics) guides.delete(topic);
  }
  byChapter.operations = calls(document).map(operationOf);
  byChapter.about?.push(...guides.values()); // those that no chapter names
  const named = Object.entries(words.chapters).map(([chapter, name]) => [name, byChapter[chapter] ?? []]);
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

async function guideOf(name: string): Promise<[topic: string, line: Line]> {
  const href = `openapi/guides/${name}`;
  const text = await readFile(href, "utf8");
  const [, head = ""] = /^---\n([\s\S]*?)^---\n/m.exec(text) ?? [];
  const title = /^# (.+)$/m.exec(text)?.[1] ?? name;
  return [name.slice(0, -".en.md".length), { title, href, about: parse(head).description }];
}

const operationOf = ({
  path,
  method,
  operation: { operationId, summary },
}: ReturnType<typeof calls>[number]) => ({
  title: `${operationId}()`,
  href: `generated/openapi.json#/paths/${path.replaceAll("/", "~1")}/${method}`,
  about: `${method.toUpperCase()} ${path}, ${summary}`,
});
