/**
 * Copies a cause so that it is safe to print: names and codes, without texts. Errors of a `fetch` may quote the signed URL or the
 * API key. Codes are at most 50 characters long; keys and signatures are longer.
 */
export function safeCause(error: unknown, depth = 0): Error | undefined {
  if (typeof error !== "object" || error === null || depth > 4) return undefined;
  const { name, code, syscall, cause } = read(error);
  const word = (value: unknown) =>
    typeof value === "string" && /^[\w./]{1,50}$/.test(value) ? value : undefined;
  const inner = safeCause(cause, depth + 1);
  const safe = new Error([word(code), word(syscall)].filter(Boolean).join(" "), inner && { cause: inner });
  safe.name = word(name) ?? "Error";
  safe.stack = `${safe.name}: ${safe.message}`;
  return Object.assign(safe, word(code) && { code: word(code) });
}

function read(error: object): { name?: unknown; code?: unknown; syscall?: unknown; cause?: unknown } {
  try {
    const { name, code, syscall, cause } = error as Record<string, unknown>;
    return { name, code, syscall, cause };
  } catch {
    return {};
  }
}

/**
 * Removes secrets and IP addresses from a text, in case a server or proxy quotes the request. A short secret is replaced only where
 * it is a whole value; one as long as a real key, everywhere.
 */
export function scrub(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length >= realKeyLength) clean = clean.replaceAll(secret, redacted);
    else if (secret !== "") clean = clean.replace(wholeValue(secret), redacted);
  }
  return clean.replace(ipv6, redacted).replace(ipv4, redacted);
}

const redacted = "[redacted]";

/** Shorter secrets are made up, for tests, and may be part of any word. */
const realKeyLength = 16;

const wholeValue = (secret: string) =>
  new RegExp(`(?<![\\w-])${secret.replace(/[^\w\s]/g, "\\$&")}(?![\\w-])`, "g");

const byte = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)";
const dotted = `${byte}(?:\\.${byte}){3}`;
const groups = "[\\da-f]{1,4}(?::[\\da-f]{1,4})*";
const ipv4 = new RegExp(`(?<![\\w.])${dotted}(?![\\w]|\\.\\d)`, "g");
/** Eight groups, or fewer around `::`; the last two may be in IPv4 form. */
const ipv6 = new RegExp(
  `(?<![\\w.])(?<!(?<!\\w)[\\da-f]{1,4}:)(?<!::)(?:(?:[\\da-f]{1,4}:){7}[\\da-f]{1,4}|(?:${groups})?::(?:${groups}:)?${dotted}|${groups}::(?:${groups})?|::${groups})(?![\\w:]|\\.\\d)`,
  "gi",
);
