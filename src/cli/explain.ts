import { explanations } from "../../generated/explanations.js";
import type { ErrorCode } from "../errors.js";
import { decide, decisions } from "../response/decisions.js";
import { painter } from "./colour.js";
import { readFlags } from "./flags.js";
import { explainHelp, widthOf } from "./help.js";
import { type Io, UsageError } from "./io.js";
import { didYouMean } from "./suggest.js";
import { wrapText } from "./table.js";

type Language = keyof typeof explanations;

const codes = Object.keys(explanations.en) as ErrorCode[];

/** Prints the page of an error, which is a part of this package. */
export async function explain(args: string[], io: Io): Promise<number> {
  // -1021 is a code here, and no flag.
  const numbers = args.filter((arg) => /^-?\d+$/.test(arg));
  const rest = args.filter((arg) => !numbers.includes(arg));
  const flags = readFlags(
    rest,
    { lang: { type: "string" }, help: { type: "boolean", short: "h" } },
    { words: 1 },
  );
  if (flags.has("help")) {
    io.stdout.write(explainHelp(widthOf(io.stdout), codes));
    return 0;
  }
  const language = readLanguage(flags.value("lang"), io.env);
  const [asked, other] = [...numbers, ...flags.words];
  if (asked === undefined || other !== undefined)
    throw new UsageError(
      `explain must be followed by one code, such as CLOCK_SKEW or -1021; received ${other === undefined ? "none" : `"${asked}" and "${other}"`}.`,
    );
  const code = findCode(asked);
  const title = painter(io.stdout)("bold", code) + (asked.toUpperCase() === code ? "" : `  ${asked}`);
  io.stdout.write(`${title}\n\n${wrapText(explanations[language][code], widthOf(io.stdout))}`);
  return 0;
}

/** The code that was named, or that belongs to a number of Binance or to an HTTP status. */
function findCode(asked: string): ErrorCode {
  const named = codes.find((code) => code === asked.toUpperCase().replaceAll("-", "_"));
  if (named) return named;
  const number = Number(asked);
  if (!Number.isInteger(number))
    throw new UsageError(
      `There is no code "${asked}".${didYouMean(asked, codes)} Expected one of: ${codes.join(", ")}, a number of Binance such as -1021, or an HTTP status.`,
    );
  const row = decisions.find((decision) => decision.codes?.includes(number));
  if (row) return row.error;
  if (number >= 300 && number < 400) return "REDIRECT_REFUSED";
  if (number >= 400 && number < 600) return decide(number, undefined).error;
  // A number of Binance that no row names is decided by its status, which is 400 as a rule.
  if (number < 0) return decide(400, number).error;
  throw new UsageError(
    `The code must be a number of Binance such as -1021, or an HTTP status from 300; received ${asked}.`,
  );
}

function readLanguage(given: string | undefined, env: Io["env"]): Language {
  const text = given ?? (env.LC_ALL || env.LC_MESSAGES || env.LANG || "en");
  if (/^zh\b|^zh_/i.test(text)) return "zh-CN";
  if (given === undefined || /^en\b|^en_/i.test(given)) return "en";
  throw new UsageError(`--lang must be en or zh-CN; received "${given}".`);
}
