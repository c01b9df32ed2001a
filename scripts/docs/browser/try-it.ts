import { signing } from "../../../src/signing/middleware.js";
import { showScalar } from "./scalar.js";

interface Words {
  ready: string;
  empty: string;
  refused: string;
  noHost: string;
  noKey: string;
  framed: string;
  nothing: string;
  blocked: string;
  mistake: string;
  more: string;
  other: string;
  codes: Record<string, string>;
}

const find = <T extends Element>(selector: string) => document.querySelector(selector) as T;
const form = find<HTMLFormElement>("#key");
const sheet = find<HTMLDetailsElement>("#sheet");
const output = find<HTMLOutputElement>("#sheet output");
const consent = find<HTMLLabelElement>(".consent");
const words = JSON.parse(form.dataset.words ?? "{}") as Words;
const hosts = JSON.parse(form.dataset.hosts ?? "[]") as string[];
const help = JSON.parse(form.dataset.help ?? "{}") as Record<string, string>;
const field = (name: string) => form.elements.namedItem(name) as HTMLInputElement;

/** What requests are signed with; the key itself is a CryptoKey that cannot be exported, and lives as long as this page. */
let signer: { middleware: ReturnType<typeof signing>; address: URL; apiKey: string } | undefined;

const isLoopback = ({ hostname }: URL) => ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
const isBinance = ({ origin }: URL) => hosts.includes(origin);
const mayAsk = (url: URL) => isLoopback(url) || (isBinance(url) && field("consent").checked);
const startCommand = ({ port }: URL) => {
  const allow = isLoopback(new URL(location.href)) ? "" : ` --allow-origin ${location.origin}`;
  return `npx binance-accounts mock --port ${port || 80}${allow}`;
};

/** Below everything, and above what Scalar lays over the page. */
function say(text: string, kind: "good" | "bad", more?: string): void {
  output.replaceChildren(text);
  if (more)
    output.append(
      " ",
      Object.assign(document.createElement("a"), {
        href: `guides/errors.html#${more}`,
        textContent: words.more,
      }),
    );
  output.className = kind;
}

async function useKey(): Promise<void> {
  const [given, apiKey, secret] = ["address", "apiKey", "secret"].map((name) => field(name).value.trim()) as [
    string,
    string,
    string,
  ];
  if (!given || !apiKey || !secret) return say(words.empty, "bad");
  try {
    const address = new URL(given);
    consent.hidden = !isBinance(address);
    if (!mayAsk(address)) return say(isBinance(address) ? words.refused : words.noHost, "bad");
    if (address.hostname === "[::1]") address.hostname = "localhost";
    const key = secret.includes("-----BEGIN") ? { privateKey: secret } : { secret: await hmacKey(secret) };
    signer = { middleware: signing({ apiKey, ...key }), address, apiKey };
    field("secret").value = "";
    say(`${words.ready} ${address.origin}`, "good");
    sheet.open = false;
    await showScalar(address.origin, send);
  } catch (error) {
    say((error as Error).message, "bad");
  }
}

const hmacKey = (secret: string) =>
  crypto.subtle.importKey("raw", new TextEncoder().encode(secret), { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
  ]);

/** Every request of Scalar comes through here: refused, or signed and sent; what came is explained. */
async function send(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const given = new Request(input, init);
  const url = new URL(given.url);
  if (!signer) throw refuse(words.noKey);
  const { address, middleware, apiKey } = signer;
  if (url.origin !== address.origin || !mayAsk(url)) throw refuse(words.refused);
  for (const name of ["timestamp", "signature"]) url.searchParams.delete(name);
  for (const [name, value] of [...url.searchParams]) if (value === "") url.searchParams.delete(name);
  url.search = url.search.replaceAll("+", "%20");
  const headers = [...given.headers].filter(([name]) => name === "accept" || name === "prefer") as [
    string,
    string,
  ][];
  const signed = (await middleware.onRequest?.({
    request: new Request(url, { headers }),
  } as never)) as Request;
  try {
    const response = await fetch(signed, { redirect: "error", credentials: "omit", cache: "no-store" });
    await explain(response.clone(), address, apiKey);
    return response;
  } catch (error) {
    const text = blocked.has(url.origin)
      ? words.blocked
      : isLoopback(url)
        ? words.nothing + startCommand(url)
        : words.nothing.split(/[.。]/)[0];
    say(String(text).replace("%", url.origin), "bad");
    throw error;
  }
}

/** What a refusal means; a mock of this machine also says why. */
async function explain(response: Response, address: URL, apiKey: string): Promise<void> {
  if (response.ok) return say(`${response.status} · ${address.origin}`, "good");
  const { code } = (await response.json().catch(() => ({}))) as { code?: number };
  const meaning = `${code ?? response.status}: ${words.codes[String(code)] ?? words.other}`;
  const because = isLoopback(address) ? await mistakeOf(address, apiKey) : undefined;
  say(because ? `${meaning} ${words.mistake}${because}` : meaning, "bad", help[String(code)]);
}

async function mistakeOf({ origin }: URL, apiKey: string): Promise<string | undefined> {
  const journal = await fetch(`${origin}/__mock/journal`, { headers: { "X-MBX-APIKEY": apiKey } }).catch(
    () => undefined,
  );
  if (!journal?.ok) return undefined;
  const { entries } = (await journal.json()) as {
    entries: { rule?: string; mistake?: { because: string } }[];
  };
  return entries.at(-1)?.mistake?.because ?? entries.at(-1)?.rule;
}

function refuse(message: string): Error {
  say(message, "bad");
  sheet.open = true;
  return new Error(message);
}

/** Origins that the policy of this page has stopped. */
const blocked = new Set<string>();
document.addEventListener("securitypolicyviolation", ({ blockedURI }) => {
  if (URL.canParse(blockedURI)) blocked.add(new URL(blockedURI).origin);
});

async function begin(): Promise<void> {
  // Whoever frames this page could lay something over its form. A policy in the page itself cannot forbid it.
  if (self !== top) {
    form.remove();
    return say(words.framed, "bad");
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void useKey();
  });
  field("address").addEventListener("input", () => {
    consent.hidden = !URL.canParse(field("address").value) || !isBinance(new URL(field("address").value));
  });
  find("#command").textContent = startCommand(new URL(field("address").value));
  find<HTMLElement>("#published").hidden = isLoopback(new URL(location.href));
  say(words.noKey, "bad");
  // `npm run docs:serve` hands over its mock; on a published site there is none, and the form waits.
  const { url, apiKey, secret } = JSON.parse(form.dataset.mock ?? "{}") as Record<string, string>;
  if (url && apiKey && secret) {
    field("address").value = url;
    field("apiKey").value = apiKey;
    field("secret").value = secret;
    await useKey();
  } else await showScalar(new URL(field("address").value).origin, send);
}

await begin();
