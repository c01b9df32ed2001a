/** What was found in a text that should not stand there. */
export type Finding = "apiKey" | "secret" | "privateKey";

const replaced = "<redacted>";

/** Names, in lower case and without - and _, under which nothing is kept. */
const identifying = new Set([
  ...["signature", "secret", "secretkey", "apisecret", "apikey", "xmbxapikey", "xmbxsecretkey", "privatekey"],
  ...["passphrase", "password", "token", "authorization", "proxyauthorization", "cookie"],
]);
const isIdentifying = (name: string) => identifying.has(decoded(name).replace(/[-_]/g, "").toLowerCase());

/** Forms write a space as +. */
const privateKey = /-----BEGIN[ +][A-Z +]*PRIVATE[ +]KEY-----/;

/** Shorter values would be found in every other word. */
const shortest = 6;

/** The API keys and secrets that the mock knows, found in a text whatever usual encoding they stand in. */
export class KnownSecrets {
  readonly #encoded = new Map<string, Finding>();
  readonly #plain = new Map<string, Finding>();

  add(finding: Finding, value: string): void {
    this.#plain.set(value, finding);
    if (value.length >= shortest) for (const text of encodings(value)) this.#encoded.set(text, finding);
  }

  remove(value: string): void {
    this.#plain.delete(value);
    for (const text of encodings(value)) this.#encoded.delete(text);
  }

  /** The text without what is known; `found` collects what stood in it. */
  redact(text: string, found: Set<Finding>): string {
    const whole = this.#plain.get(text);
    if (whole) {
      found.add(whole);
      return replaced;
    }
    let hidden = text;
    for (const token of tokensOf(text)) {
      const finding = this.#encoded.get(token.toLowerCase());
      if (!finding) continue;
      found.add(finding);
      hidden = hidden.replaceAll(token, replaced);
    }
    // Behind escapes there is no telling which characters of the text were the secret's.
    for (let inner = text, next = decoded(inner); ; inner = next, next = decoded(inner)) {
      const finding = privateKey.test(inner) ? "privateKey" : inner === text ? undefined : this.#find(inner);
      if (finding) {
        found.add(finding);
        return replaced;
      }
      if (next === inner) return hidden;
    }
  }

  /** Each value of a query without what is known, and without signatures. */
  redactQuery(query: string, found: Set<Finding>): string {
    return query
      .split("&")
      .map((pair) => {
        const at = pair.indexOf("=");
        const [name, value] = at < 0 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
        const shown = this.redact(value, found);
        if (at < 0) return this.redact(name, found);
        return `${this.redact(name, found)}=${isIdentifying(name) && value !== "" ? replaced : shown}`;
      })
      .join("&");
  }

  /** Values by name without what is known, and nothing under a name that says what it is. */
  redactFields(
    fields: Readonly<Record<string, string>>,
    found: Set<Finding>,
    expected: readonly string[] = [],
  ): Record<string, string> {
    return Object.fromEntries(
      Object.entries(fields).map(([name, value]) => {
        const shown = this.redact(value, expected.includes(name) ? new Set() : found);
        return [this.redact(name, found), isIdentifying(name) ? replaced : shown];
      }),
    );
  }

  #find(text: string): Finding | undefined {
    const whole = this.#plain.get(text);
    if (whole) return whole;
    for (const token of tokensOf(text)) {
      const finding = this.#encoded.get(token.toLowerCase());
      if (finding) return finding;
    }
    return undefined;
  }
}

/** A value in lower case as it is, in both kinds of base64 without padding, and in hex. */
function encodings(value: string): string[] {
  const bytes = Buffer.from(value);
  const base64 = bytes.toString("base64").replace(/=+$/, "");
  return [value, base64, bytes.toString("base64url"), bytes.toString("hex")].map((text) =>
    text.toLowerCase(),
  );
}

/** Runs of characters that a key, or its base64 of either kind, is made of. */
function tokensOf(text: string): string[] {
  const words = text.match(/[A-Za-z0-9_-]{6,}/g) ?? [];
  return /[+/]/.test(text) ? [...words, ...(text.match(/[A-Za-z0-9+/]{6,}/g) ?? [])] : words;
}

/** The text with its escapes read once; what is no escape stays. */
const decoded = (text: string) =>
  text.includes("%")
    ? text.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) =>
        Buffer.from(escapes.replaceAll("%", ""), "hex").toString("utf8"),
      )
    : text;
