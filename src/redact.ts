/**
 * A cause that is safe to print: what kind of failure it was, and nothing of its text. An error of a `fetch` may quote
 * the URL, which is signed, or a header, which is the API key; names and codes cannot. The longest codes are those of TLS; keys and
 * signatures are longer.
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

/** The text without these secrets, in case a server or proxy has quoted the request. */
export function scrub(text: string, secrets: readonly string[]): string {
  return secrets.reduce((clean, secret) => (secret ? clean.replaceAll(secret, "[redacted]") : clean), text);
}
