/** Text that is not JSON, or JSON that says two things at once or more than a number here can hold. */
export class InvalidJson extends Error {
  override readonly name = "InvalidJson";
}

const maxDepth = 64;

/** The value of a text, which is not yet known to say all that the text says: see {@link assertExact}. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidJson("it is not JSON");
  }
}

/** Where something stands in a JSON text: names of fields, and `[]` for the items of a list. */
export type JsonPath = readonly string[];

/**
 * Refuses what `JSON.parse` settles in silence: a name given twice, a `__proto__`, nesting that breaks whoever prints or copies it,
 * and a number that a double cannot hold in a field that `knows` the path of. Returns the paths of such numbers elsewhere: nobody
 * reads them, and they must not cost the rest. `size` is the shortest text that has this value, where that is known already: a text
 * that is no longer holds nothing else.
 */
export function assertExact(
  text: string,
  value: unknown,
  knows: (path: JsonPath) => boolean,
  size = compactSize(value),
): JsonPath[] {
  if (size === text.length) return [];
  const names = countNames(value);
  // Cheap signs first; only where one is found is the text looked at token by token.
  const isPlain =
    names === (text.match(/"\s*:/g)?.length ?? 0) &&
    !/[:,[]\s*-?(?:\d[\d.]{15}|[\d.]+[eE])|^\s*-?\d/.test(text);
  if (isPlain) return [];
  const rounded = roundedNumbers(text);
  if (rounded.some(knows)) throw new InvalidJson("it holds a number that a double cannot hold exactly");
  return rounded;
}

/** Whether a loop over names meets inherited ones, which takes an Object.prototype that somebody has added to. To ask each name costs more. */
export function namesAreInherited(): boolean {
  for (const _ in {}) return true;
  return false;
}

/** Least characters of a JSON text that has this value; NaN or Infinity where that cannot be said without the text. */
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
 * Digits of a whole number that a double holds exactly. Infinity for any other, and for one with zeros at its end, which an
 * exponent could write in fewer characters.
 */
export function sizeOfInteger(value: number): number {
  if (value === 0) return 1;
  if (!Number.isSafeInteger(value) || value % 1000 === 0) return Infinity;
  return value >= 1e12 && value < 1e13 ? 13 : String(value).length;
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

/** Texts, numbers and punctuation of valid JSON. Texts are found by hand: a regular expression overflows on long ones. */
function* tokensOf(text: string): Generator<string> {
  const token = /["{}[\]:,]|-?\d[\d.eE+-]*/g;
  for (let match = token.exec(text); match; match = token.exec(text)) {
    if (match[0] === '"') token.lastIndex = endOfText(text, match.index);
    yield text.slice(match.index, token.lastIndex);
  }
}

/** Behind the first quotation mark that is not escaped. */
function endOfText(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); ; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (text[at - 1 - backslashes] === "\\") backslashes += 1;
    if (backslashes % 2 === 0) return at + 1;
  }
}

/** Paths of the numbers that a double rounds. Throws for a name that is given twice. */
function roundedNumbers(text: string): JsonPath[] {
  const rounded: JsonPath[] = [];
  /** Objects and lists around the token; an object has the names it has had, the last of which is whose value comes. */
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

/** Smaller than this, doubles lose digits. */
const smallest = 2.2250738585072014e-308;

/** Whether the number, written in full, is the number that was sent. */
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
