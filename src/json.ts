/** Text that is not JSON, or JSON that says two things at once or more than a number here can hold. */
export class InvalidJson extends Error {}

const utf8 = new TextDecoder("utf-8", { fatal: true });
const maxDepth = 64;

/**
 * The value of a JSON body, exactly. Refuses what `JSON.parse` would settle in silence: a name given twice, a number that
 * a double cannot hold, a `__proto__`, and nesting that breaks whoever prints or copies it.
 */
export function parseJson(bytes: Uint8Array): { text: string; value: unknown } {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw new InvalidJson("it is not UTF-8");
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InvalidJson("it is not JSON");
  }
  const names = countNames(value);
  // Cheap signs first; only where one is found is the text looked at token by token.
  if (names !== (text.match(/"\s*:/g)?.length ?? 0) || /[:,[]\s*-?(?:\d[\d.]{15}|[\d.]+[eE])|^-?\d/.test(text)) refuseInexact(text);
  return { text, value };
}

/** How many names all objects in the value have; without recursion, which deep nesting would exhaust. */
function countNames(value: unknown): number {
  let names = 0;
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) throw new InvalidJson(`it is nested deeper than ${maxDepth}`);
    const next: unknown[] = [];
    for (const item of level) {
      if (Array.isArray(item)) {
        for (const element of item) if (typeof element === "object") next.push(element);
      } else if (item !== null && typeof item === "object") {
        for (const name of Object.keys(item)) {
          names += 1;
          if (name === "__proto__") throw new InvalidJson("it holds a __proto__");
          const field = (item as Record<string, unknown>)[name];
          if (typeof field === "object") next.push(field);
        }
      }
    }
    level = next;
  }
  return names;
}

const tokens = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|[{}[\]:,]/gs;

function refuseInexact(text: string): void {
  const open: (Set<string> | undefined)[] = [];
  let last = "";
  for (const [token] of text.matchAll(tokens)) {
    if (token === "{") open.push(new Set());
    else if (token === "[") open.push(undefined);
    else if (token === "}" || token === "]") open.pop();
    else if (token === ":") {
      const name = JSON.parse(last) as string;
      const names = open.at(-1);
      if (names?.has(name)) throw new InvalidJson(`it gives ${JSON.stringify(name)} twice`);
      names?.add(name);
    } else if (/^[-\d]/.test(token) && !isExact(token)) throw new InvalidJson("it holds a number with more digits than a double can hold");
    last = token;
  }
}

/** Whether the number, written in full, is the number that was sent. */
function isExact(token: string): boolean {
  const value = Number(token);
  if (/^-?\d+$/.test(token)) return Number.isSafeInteger(value);
  const digits = token
    .replace(/[eE].*/, "")
    .replace(/[-.]/g, "")
    .replace(/^0+/, "");
  return Number.isFinite(value) && digits.replace(/0+$/, "").length <= 15;
}
