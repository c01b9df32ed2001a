/** What a page of Binance's documentation says that can be read by a program. Its sentences are Binance's own and stay there. */
export interface Page {
  path?: string;
  weight?: number;
  url?: string | undefined;
  parameters?: PageParameter[];
  example?: unknown;
}

export interface PageParameter {
  name: string;
  /** As the page writes it, such as LONG. */
  type: string;
  required: boolean;
}

/** Reads a page that was saved as Markdown. */
export function readPage(markdown: string): Page {
  const path = /\bGET\b[\s`*]*(\/[\w/]+)/.exec(markdown)?.[1];
  if (!path) {
    const other = /\b(POST|PUT|DELETE)\b[\s`*]*(\/[\w/]+)/.exec(markdown);
    throw new Error(
      other
        ? `The page describes ${other[1]} ${other[2]}; the client signs GET requests only.`
        : "The page must name its request, such as GET /papi/v1/balance; it names none.",
    );
  }
  const weight = /(?:Request Weight|请求权重)[^\n]*\n+[\s*]*(\d+)/i.exec(markdown)?.[1];
  return {
    path,
    ...(weight !== undefined && { weight: Number(weight) }),
    url: /^source_url: *(\S+)$/m.exec(markdown)?.[1],
    parameters: readParameters(markdown),
    example: readExample(markdown),
  };
}

/** The rows of the table of parameters, without those that every request has. */
function readParameters(markdown: string): PageParameter[] {
  const rows = [...markdown.matchAll(/^\|? *(\w+) *\| *([A-Z_]+(?:<\w+>)?) *\| *(YES|NO) *\|/gm)];
  const parameters = rows
    .map(([, name = "", type = "", required]) => ({ name, type, required: required === "YES" }))
    .filter(({ name }) => !["recvWindow", "timestamp", "signature"].includes(name));
  // A page in two languages has its table twice.
  return parameters.filter(({ name }, i) => parameters.findIndex((other) => other.name === name) === i);
}

/** The first JSON of the page that can be read, comments taken out and lost commas put back. */
function readExample(markdown: string): unknown {
  const [, after = ""] = markdown.split(/(?:Response Example|响应示例)[^\n]*\n/i);
  const start = after.search(/^[\s>]*[[{]/m);
  if (start < 0) return undefined;
  const text = after
    .slice(start)
    .replace(/\/\/[^\n]*/g, "")
    .replace(/(["\d}\]]|true|false|null)(\s*\n\s*")/g, "$1,$2");
  for (let end = lastBracket(text, text.length); end > 0; end = lastBracket(text, end - 1)) {
    try {
      return JSON.parse(text.slice(0, end));
    } catch {
      // it ends earlier
    }
  }
  return undefined;
}

const lastBracket = (text: string, before: number) =>
  Math.max(text.lastIndexOf("}", before - 1), text.lastIndexOf("]", before - 1)) + 1;
