import { isLoopback } from "../../../src/loopback.js";
import { signing } from "../../../src/signing/middleware.js";
import type { LocalMock } from "../serve.js";
import type { TryIt } from "../try-it.js";
import { showScalar } from "./scalar.js";

const read = async (path: string) => (await fetch(path)).json();
const { words, hosts, help, document: described }: TryIt = await read("try-it.json");
const find = <T extends Element>(selector: string) => document.querySelector(selector) as T;
const form = find<HTMLFormElement>("#key");
const sheet = find<HTMLDetailsElement>("#sheet");
const output = find<HTMLOutputElement>("#sheet output");
const consent = find<HTMLLabelElement>(".consent");
const field = (name: string) => form.elements.namedItem(name) as HTMLInputElement;

/** What requests are signed with; the key itself is a CryptoKey that cannot be exported, and lives as long as this page. */
let signer: { middleware: ReturnType<typeof signing>; address: URL; apiKey: string } | undefined;

const isLocal = ({ hostname }: URL) => isLoopback(hostname);
const isBinance = ({ origin }: URL) => hosts.includes(origin);
const mayAsk = (url: URL) => isLocal(url) || (isBinance(url) && field("consent").checked);
const here = new URL(location.href);
const startCommand = ({ port }: URL) =>
  `npx binance-accounts mock --port ${port || 80}${isLocal(here) ? "" : ` --allow-origin ${here.origin}`}`;

/** Below everything, and above what Scalar lays over the page. */
function say(text: string, kind: "good" | "bad", error?: string): void {
  output.className = kind;
  output.replaceChildren(text);
  if (!error) return;
  const link = Object.assign(document.createElement("a"), {
    href: `guides/errors.html#${error}`,
    textContent: words.more,
  });
  output.append(" ", link);
}

function refuse(message: string): Error {
  say(message, "bad");
  sheet.open = true;
  return new Error(message);
}

async function useKey(): Promise<void> {
  const [given = "", apiKey = "", secret = ""] = ["address", "apiKey", "secret"].map((name) =>
    field(name).value.trim(),
  );
  if (!given || !apiKey || !secret) return say(words.empty, "bad");
  try {
    const address = new URL(given);
    if (!mayAsk(address)) return say(isBinance(address) ? words.refused : words.noHost, "bad");
    if (address.hostname === "[::1]") address.hostname = "localhost";
    const key = secret.includes("-----BEGIN") ? { privateKey: secret } : { secret: await hmacKey(secret) };
    signer = { middleware: signing({ apiKey, ...key }), address, apiKey };
    field("secret").value = "";
    say(`${words.ready} ${address.origin}`, "good");
    sheet.open = false;
    await showScalar(described, address.origin, send);
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
  for (const [name, value] of [...url.searchParams])
    if (value === "" || name === "timestamp" || name === "signature") url.searchParams.delete(name);
  url.search = url.search.replaceAll("+", "%20");
  const headers = [...given.headers].filter(([name]) => name === "accept" || name === "prefer");
  const request = new Request(url, { headers: headers as [string, string][] });
  const signed = (await middleware.onRequest?.({ request } as never)) as Request;
  try {
    const response = await fetch(signed, { redirect: "error", credentials: "omit", cache: "no-store" });
    await explain(response.clone(), address, apiKey);
    return response;
  } catch (error) {
    const nothing = isLocal(url) ? words.nothing + startCommand(url) : words.nothing.split(/[.。]/)[0];
    say(String(blocked.has(url.origin) ? words.blocked : nothing).replace("%", url.origin), "bad");
    throw error;
  }
}

/** Origins that the policy of this page has stopped. */
const blocked = new Set<string>();
document.addEventListener("securitypolicyviolation", ({ blockedURI }) => {
  if (URL.canParse(blockedURI)) blocked.add(new URL(blockedURI).origin);
});

/** What a refusal means; a mock of this machine also says why. */
async function explain(response: Response, address: URL, apiKey: string): Promise<void> {
  if (response.ok) return say(`${response.status} · ${address.origin}`, "good");
  const { code }: { code?: number } = await response.json().catch(() => ({}));
  const known: Record<string, string> = words.codes;
  const meaning = `${code ?? response.status}: ${known[String(code)] ?? words.other}`;
  const because = isLocal(address) ? await mistakeOf(address, apiKey) : undefined;
  say(because ? `${meaning} ${words.mistake}${because}` : meaning, "bad", help[String(code)]);
}

async function mistakeOf({ origin }: URL, apiKey: string): Promise<string | undefined> {
  const headers = { "X-MBX-APIKEY": apiKey };
  const journal = await fetch(`${origin}/__mock/journal`, { headers }).catch(() => undefined);
  if (!journal?.ok) return undefined;
  const { entries }: { entries: { rule?: string; mistake?: { because: string } }[] } = await journal.json();
  return entries.at(-1)?.mistake?.because ?? entries.at(-1)?.rule;
}

async function begin(): Promise<void> {
  // Whoever frames this page could lay something over its form. A policy in the page itself cannot forbid it.
  if (self !== top) {
    form.remove();
    return say(words.framed, "bad");
  }
  const address = field("address");
  const ask = () => {
    consent.hidden = !URL.canParse(address.value) || !isBinance(new URL(address.value));
  };
  address.addEventListener("input", ask);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void useKey();
  });
  find("#command").textContent = startCommand(new URL(address.value));
  find<HTMLElement>("#published").hidden = isLocal(here);
  say(words.noKey, "bad");
  // `npm run docs:serve` hands over its mock; on a published site there is none, and the form waits.
  const { url, apiKey, secret }: Partial<LocalMock> = await read(
    new URL("../mock.json", import.meta.url).href,
  );
  if (!url || !apiKey || !secret) return showScalar(described, new URL(address.value).origin, send);
  address.value = url;
  field("apiKey").value = apiKey;
  field("secret").value = secret;
  await useKey();
}

await begin();
