import { signing } from "../../../src/signing/middleware.js";
import { showScalar } from "./scalar.js";

interface Words {
  ready: string;
  empty: string;
  refused: string;
  noKey: string;
}

const form = document.querySelector<HTMLFormElement>("#key") as HTMLFormElement;
const words = JSON.parse(form.dataset.words ?? "{}") as Words;
const output = form.querySelector("output") as HTMLOutputElement;
const consent = form.querySelector<HTMLLabelElement>(".consent") as HTMLLabelElement;
const field = (name: string) => form.elements.namedItem(name) as HTMLInputElement;

/** What requests are signed with; the key itself is a CryptoKey that cannot be exported, and lives as long as this page. */
let signer: { middleware: ReturnType<typeof signing>; address: URL } | undefined;

const isLoopback = ({ hostname }: URL) => hostname === "localhost" || hostname === "127.0.0.1";

function say(text: string, good = false): void {
  output.textContent = text;
  output.classList.toggle("good", good);
}

async function useKey(): Promise<void> {
  const [address, apiKey, secret] = ["address", "apiKey", "secret"].map((name) =>
    field(name).value.trim(),
  ) as [string, string, string];
  if (!address || !apiKey || !secret) return say(words.empty);
  try {
    const url = new URL(address);
    consent.hidden = isLoopback(url);
    if (!mayAsk(url)) return say(words.refused);
    const key = secret.includes("-----BEGIN") ? { privateKey: secret } : { secret: await hmacKey(secret) };
    signer = { middleware: signing({ apiKey, ...key }), address: url };
    field("secret").value = "";
    say(`${words.ready} ${url.origin}`, true);
    await showScalar(url.origin, send);
  } catch (error) {
    say((error as Error).message);
  }
}

const hmacKey = (secret: string) =>
  crypto.subtle.importKey("raw", new TextEncoder().encode(secret), { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
  ]);

const mayAsk = (url: URL) => isLoopback(url) || field("consent").checked;

/** Every request of Scalar comes through here: refused, or signed and sent. */
async function send(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const given = new Request(input, init);
  const url = new URL(given.url);
  if (!signer) throw refuse(words.noKey);
  if (url.origin !== signer.address.origin || !mayAsk(url)) throw refuse(words.refused);
  for (const name of ["timestamp", "signature"]) url.searchParams.delete(name);
  for (const [name, value] of [...url.searchParams]) if (value === "") url.searchParams.delete(name);
  url.search = url.search.replaceAll("+", "%20");
  const headers = [...given.headers].filter(([name]) => name === "accept" || name === "prefer") as [
    string,
    string,
  ][];
  const signed = await signer.middleware.onRequest?.({ request: new Request(url, { headers }) } as never);
  return fetch(signed as Request, { redirect: "error", credentials: "omit", cache: "no-store" });
}

function refuse(message: string): Error {
  say(message);
  return new Error(message);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void useKey();
});
field("address").addEventListener("input", () => {
  consent.hidden = !URL.canParse(field("address").value) || isLoopback(new URL(field("address").value));
});

// `npm run docs:serve` hands over its mock; on a published site there is none, and the form waits.
const { url, apiKey, secret } = JSON.parse(form.dataset.mock ?? "{}") as Record<string, string>;
if (url && apiKey && secret) {
  field("address").value = url;
  field("apiKey").value = apiKey;
  field("secret").value = secret;
  await useKey();
} else await showScalar(field("address").value, send);
