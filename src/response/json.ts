/** Text that is not JSON, or JSON that JavaScript cannot represent exactly. */
export class InvalidJson extends Error {
  override readonly name = "InvalidJson";
}

const maxDepth = 64;

/**
 * Parses a text. {@link assertExact} then checks that the value is all that the text says.
 * @throws {InvalidJson} if it is not JSON.
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidJson("it is not JSON");
  }
}

/** A path in a JSON text: names of fields, and `[]` for the items of a list. */
export type JsonPath = readonly string[];

/**
 * Refuses what `JSON.parse` accepts silently: a name given twice, `__proto__`, deep nesting, and a number that a double cannot hold
 * at a path that `knows` accepts. Returns the paths of such numbers elsewhere: nobody reads them, so they must not cost the rest.
 * `size` is the length of the shortest text of this value, if known: a text that is no longer holds nothing else.
 * @throws {InvalidJson} with the reason.
 */
export function assertExact(
  text: string,
  value: unknown,
  knows: (path: JsonPath) => boolean,
  size = compactSize(value),
): JsonPath[] {
  if (size === text.length) return [];
  const names = countNames(value);
  // Cheap signs first; the text is read token by token only if one is found.
  const isPlain =
    names === (text.match(/"\s*:/g)?.length ?? 0) &&
    !/[:,[]\s*-?(?:\d[\d.]{15}|[\d.]+[eE])|^\s*-?\d/.test(text);
  if (isPlain) return [];
  const rounded = roundedNumbers(text);
  if (rounded.some(knows)) throw new InvalidJson("it holds a number that a double cannot hold exactly");
  return rounded;
}

/** Whether somebody added enumerable names to Object.prototype. Checking once is cheaper than checking each name. */
export function namesAreInherited(): boolean {
  for (const _ in {}) return true;
  return false;
}

/** Returns the length of the shortest JSON text of a value; NaN or Infinity if only the text can tell. */
export function compactSize(value: unknown, depth = 0): number {
  if (typeof value === "string") return value.length + 2;
  if (typeof value === "number") return sizeOfInteger(value);
  if (typeof value === "boolean") return value ? 4 : 5;
  if (value === null) return 4;
  if (typeof value !== "object" || depth > maxDepth) return Infinity;
  let size = 1;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) size += 1 + compactSize(value[i], depth + 1);
  } else {
    const inherited = namesAreInherited();
    for (const name in value) {
      if (inherited && !Object.hasOwn(value, name)) continue;
      size +=
        name === "__proto__"
          ? Infinity
          : name.length + 4 + compactSize((value as Record<string, unknown>)[name], depth + 1);
    }
  }
  return Math.max(size, 2);
}

/**
 * Returns the length of a safe integer. Infinity for any other number, and for one that ends in three zeros, because an exponent
 * could be shorter.
 */
export function sizeOfInteger(value: number): number {
  if (value === 0) return 1;
  if (!Number.isSafeInteger(value) || value % 1000 === 0) return Infinity;
  return value >= 1e12 && value < 1e13 ? 13 : String(value).length;
}

/** Counts the names of all objects in a value, without recursion, which deep nesting would exhaust. */
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

/** Yields texts, numbers and punctuation of valid JSON. A regular expression would overflow on long texts. */
function* tokensOf(text: string): Generator<string> {
  const token = /["{}[\]:,]|-?\d[\d.eE+-]*/g;
  for (let match = token.exec(text); match; match = token.exec(text)) {
    if (match[0] === '"') token.lastIndex = endOfText(text, match.index);
    yield text.slice(match.index, token.lastIndex);
  }
}

/** Returns the offset after the next unescaped quotation mark. */
function endOfText(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); ; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (text[at - 1 - backslashes] === "\\") backslashes += 1;
    if (backslashes % 2 === 0) return at + 1;
  }
}

/** Returns the paths of numbers that a double rounds. Throws if a name is given twice. */
function roundedNumbers(text: string): JsonPath[] {
  const rounded: JsonPath[] = [];
  /** The objects and lists around the token; an object is the set of its names so far, a list is undefined. */
  const around: (Set<string> | undefined)[] = [];
  const names: string[] = [];
  let last = "";
  for (const token of tokensOf(text)) {
    if (token === "{" || token === "[") {
      around.push(token === "{" ? new Set() : undefined);
      names.push("[]");
    } else if (token === "}" || token === "]") {
      around.pop();
      names.pop();
    } else if (token === ":") {
      const name = JSON.parse(last) as string;
      const siblings = around.at(-1);
      if (siblings?.has(name)) throw new InvalidJson(`it gives ${JSON.stringify(name.slice(0, 100))} twice`);
      siblings?.add(name);
      names[names.length - 1] = name;
    } else if (/^[-\d]/.test(token) && !isExact(token)) rounded.push([...names]);
    last = token;
  }
  return rounded;
}

/** The smallest normal double; below it, digits are lost. */
const smallest = 2.2250738585072014e-308;

/** Whether a double holds exactly this number. */
function isExact(token: string): boolean {
  const value = Number(token);
  if (/^-?\d+$/.test(token)) return Number.isSafeInteger(value);
  const digits = token
    .replace(/[eE].*/, "")
    .replace(/[-.]/g, "")
    .replace(/^0+/, "")
    .replace(/0+$/, "");
  const size = Math.abs(value);
  return digits === "" || (digits.length <= 15 && size >= smallest && size <= Number.MAX_VALUE);
}
