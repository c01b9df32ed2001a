import { parseArgs } from "node:util";
import { oneOf } from "../input.js";
import { UsageError } from "./io.js";
import { didYouMean } from "./suggest.js";

/** Flags that a command knows: `boolean` stands alone, `string` is followed by a value. */
export type Flags = Record<string, { type: "boolean" | "string"; short?: string }>;

/** What the commands that show responses have in common. */
export const showFlags = {
  "or-mock": { type: "boolean" },
  all: { type: "boolean" },
  json: { type: "boolean" },
  timeout: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const satisfies Flags;

export interface Given {
  /** Whether a flag was given. */
  has(name: string): boolean;
  /** The value of a flag; the last one when it was given more than once. */
  value(name: string): string | undefined;
  /** Every value of a flag, in order. */
  values(name: string): string[];
  /** Arguments that are no flags. */
  words: string[];
}

/** Reads the arguments of a command, which takes at most so many words beside its flags. */
export function readFlags(args: string[], flags: Flags, { words: most = 0 } = {}): Given {
  const { tokens } = parseArgs({ args, options: flags, strict: false, allowPositionals: true, tokens: true });
  const given = new Map<string, string[]>();
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") words.push(token.value);
    if (token.kind !== "option") continue;
    const { name, rawName, value, inlineValue } = token;
    const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
    if (!flag) throw new UsageError(unknownFlag(rawName, Object.keys(flags)));
    if (flag.type === "boolean" && value !== undefined)
      throw new UsageError(`${rawName} must stand without a value; received "${value}".`);
    if (flag.type === "string" && (value === undefined || isFlag(value, inlineValue)))
      throw new UsageError(missingValue(rawName, value));
    given.set(name, [...(given.get(name) ?? []), ...(value === undefined ? [] : [value])]);
  }
  if (words.length > most)
    throw new UsageError(`Expected no argument after the flags; received "${words[most]}".`);
  return {
    words,
    has: (name) => given.has(name),
    value: (name) => given.get(name)?.at(-1),
    values: (name) => given.get(name) ?? [],
  };
}

/** A negative number is a value; anything else behind a dash is rather a flag whose neighbour lost its value. */
const isFlag = (value: string, inline: boolean | undefined) => !inline && /^-(?!\d|$)/.test(value);

const missingValue = (flag: string, next: string | undefined) =>
  next === undefined
    ? `${flag} must be followed by a value; received none.`
    : `${flag} must be followed by a value; received the flag ${next}. Write ${flag}=${next} if that is the value.`;

function unknownFlag(name: string, known: string[]): string {
  const names = known.map((flag) => `--${flag}`);
  return `There is no flag ${name} here.${didYouMean(name, names)} ${oneOf(names)}`;
}

/** `500`, `500ms` or `2s`, in ms, as the value of this flag. */
export function readTime(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, number, unit] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s)?$/.exec(text) ?? [];
  const ms = Number(number) * (unit === "s" ? 1000 : 1);
  if (number === undefined || ms === 0)
    throw new UsageError(`${flag} must be a time above 0, such as 500 (ms) or 2s; received "${text}".`);
  return ms;
}

export const readTimeout = (text: string | undefined) => readTime("--timeout", text);

/** A whole number as the value of this flag. */
export function readCount(flag: string, text: string | undefined, least = 0): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text) || Number(text) < least)
    throw new UsageError(`${flag} must be an integer of at least ${least}; received "${text}".`);
  return Number(text);
}
