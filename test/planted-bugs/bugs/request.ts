import { constants, createHash, createHmac, type KeyObject, sign } from "node:crypto";
import type { KeyKind } from "../bench.js";
import { type Answer, Client, type Filter } from "../client.js";
import {
  type Judge,
  meetsRedirect,
  readsOddAsset,
  readsOften,
  readsPair,
  readsWithoutFilter,
  runsForDays,
} from "../judges.js";
import { type Bug, bug } from "./bug.js";

/** Signs another text than it sends. */
const signs = (name: string, judge: Judge, other: (text: string, path: string) => string) =>
  bug(
    name,
    judge,
    class extends Client {
      override payload(text: string, path: string) {
        return other(text, path);
      }
    },
  );

/** Sends another text than it has signed. */
const sends = (name: string, judge: Judge, other: (text: string) => string) =>
  bug(
    name,
    judge,
    class extends Client {
      override join(path: string, text: string, signature: string) {
        return super.join(path, other(text), signature);
      }
    },
  );

/** Signs and sends wrong parameters. */
const asks = (name: string, judge: Judge, other: (text: string) => string) =>
  bug(
    name,
    judge,
    class extends Client {
      override text(pairs: readonly (readonly [string, string])[]) {
        return other(super.text(pairs));
      }
    },
  );

/** Signs the right text wrongly. */
const makes = (
  name: string,
  key: KeyKind,
  other: (payload: string, right: string, secret: string | KeyObject) => string,
  judge = readsPair,
) =>
  bug(
    name,
    judge,
    class extends Client {
      override sign(payload: string) {
        return other(payload, super.sign(payload), this.to.secret);
      }
    },
    key,
  );

/** Puts the right signature in the wrong place. */
const puts = (name: string, join: (path: string, text: string, signature: string) => string) =>
  bug(
    name,
    readsPair,
    class extends Client {
      override join(path: string, text: string, signature: string) {
        return join(path, text, signature);
      }
    },
  );

const reversed = (text: string) => text.split("&").reverse().join("&");
const hmac = (secret: unknown, text: string | Buffer, digest = "sha256") =>
  createHmac(digest, String(secret)).update(text);
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

export const signedText: Bug[] = [
  sends("percent-encodes twice, signs the first", readsOddAsset, (text) => text.replaceAll("%", "%25")),
  signs("signs first, percent-encodes afterwards", readsOddAsset, (text) => decodeURIComponent(text)),
  sends("signs percent-encoded, sends it decoded", readsOddAsset, (text) =>
    text.replaceAll("%27", "'").replaceAll("%2F", "/"),
  ),
  bug(
    "signs, then a URL parser rewrites '",
    readsOddAsset,
    class extends Client {
      override encode(value: string) {
        return encodeURIComponent(value);
      }
      override send(target: string) {
        const { pathname, search } = new URL(target, "http://localhost");
        return super.send(pathname + search);
      }
    },
  ),
  signs("signs spaces as +, sends %20", readsOddAsset, (text) => text.replaceAll("%20", "+")),
  sends("signs escapes in capitals, sends small letters", readsOddAsset, (text) =>
    text.replace(/%../g, (byte) => byte.toLowerCase()),
  ),
  asks("sends a plus unescaped", readsOddAsset, (text) => text.replaceAll("%2B", "+")),
  bug(
    "adds recvWindow after signing",
    readsPair,
    class extends Client {
      override pairs(filter: Filter) {
        return super.pairs(filter).filter(([name]) => name !== "recvWindow");
      }
      override join(path: string, text: string, signature: string) {
        return super.join(path, `${text}&recvWindow=5000`, signature);
      }
    },
  ),
  sends("adds one byte after signing", readsPair, (text) => `${text}&`),
  sends("escapes a letter after signing", readsPair, (text) => text.replace("BTCUSD", "BTC%55SD")),
  sends("reorders parameters after signing", readsPair, reversed),
  signs("signs sorted, sends unsorted", readsPair, (text) => text.split("&").sort().reverse().join("&")),
  signs("signs the question mark", readsPair, (text) => `?${text}`),
  signs("signs the path too, as other exchanges ask", readsPair, (text, path) => `${path}?${text}`),
  signs("signs the parameters as JSON", readsPair, (text) =>
    JSON.stringify(Object.fromEntries(new URLSearchParams(text))),
  ),
  signs("signs nothing", readsPair, () => ""),
  signs("signs the method too", readsPair, (text, path) => `GET${path}?${text}`),
  signs("signs the whole URL", readsPair, (text, path) => `https://papi.binance.com${path}?${text}`),
  signs("signs the path without the question mark", readsPair, (text, path) => `${path}${text}`),
  signs("signs a & behind the last parameter", readsPair, (text) => `${text}&`),
  signs("signs a & before the first parameter", readsPair, (text) => `&${text}`),
  signs("signs the name of the signature too", readsPair, (text) => `${text}&signature=`),
  signs("signs the line break of echo", readsPair, (text) => `${text}\n`),
  signs("signs in lower case", readsPair, (text) => text.toLowerCase()),
  signs("takes the timestamp twice", readsPair, (text) =>
    text.replace(/timestamp=(\d+)/, (_, time) => `timestamp=${Number(time) - 1}`),
  ),
];

export const signature: Bug[] = [
  puts("puts the signature first", (path, text, value) => `${path}?signature=${value}&${text}`),
  puts("encodes the name of the signature", (path, text, value) => `${path}?${text}&%73ignature=${value}`),
  puts("writes Signature with a capital", (path, text, value) => `${path}?${text}&Signature=${value}`),
  puts("sends no signature", (path, text) => `${path}?${text}`),
  puts("sends an empty signature", (path, text) => `${path}?${text}&signature=`),
  puts(
    "sends the signature twice",
    (path, text, value) => `${path}?${text}&signature=${value}&signature=${value}`,
  ),
  makes("HMAC in base64", "HMAC", (_, right) => Buffer.from(right, "hex").toString("base64")),
  makes("HMAC with SHA-512", "HMAC", (payload, _, secret) => hmac(secret, payload, "sha512").digest("hex")),
  makes("SHA-256 of secret and text, no HMAC", "HMAC", (payload, _, secret) => sha256(`${secret}${payload}`)),
  makes("hex without its leading zeros", "HMAC", (_, right) => BigInt(`0x${right}`).toString(16), readsOften),
  makes("secret with a line break at its end", "HMAC", (payload, _, secret) =>
    hmac(`${secret}\n`, payload).digest("hex"),
  ),
  makes("secret decoded from hex first", "HMAC", (payload, _, secret) =>
    createHmac("sha256", Buffer.from(String(secret), "hex"))
      .update(payload)
      .digest("hex"),
  ),
  makes("arguments of HMAC swapped", "HMAC", (payload, _, secret) =>
    hmac(payload, String(secret)).digest("hex"),
  ),
  ...[
    ["a space behind it", (secret: string) => `${secret} `],
    ["a tab before it", (secret: string) => `\t${secret}`],
    ["quotation marks around it", (secret: string) => `"${secret}"`],
    ["a byte order mark before it", (secret: string) => `\ufeff${secret}`],
    ["capital letters", (secret: string) => secret.toUpperCase()],
    ["its last character missing", (secret: string) => secret.slice(0, -1)],
    ["half of it missing", (secret: string) => secret.slice(0, 32)],
    ["nothing in it", () => ""],
  ].map(([what, spoil]) =>
    makes(`secret with ${what}`, "HMAC", (payload, _, secret) =>
      hmac((spoil as (secret: string) => string)(String(secret)), payload).digest("hex"),
    ),
  ),
  makes("secret as UTF-16", "HMAC", (payload, _, secret) =>
    createHmac("sha256", Buffer.from(String(secret), "utf16le"))
      .update(payload)
      .digest("hex"),
  ),
  makes("hex with 0x before it", "HMAC", (_, right) => `0x${right}`),
  makes("hex with what openssl prints before it", "HMAC", (_, right) => `(stdin)= ${right}`),
  makes("hex with a line break behind it", "HMAC", (_, right) => `${right}\n`),
  makes("base64 in lines", "RSA", (_, right) => right.replace(/.{64}/g, "$&\n")),
  makes("base64 with a line break behind it", "Ed25519", (_, right) => `${right}\n`),
  makes("base64 percent-encoded twice", "RSA", (_, right) => encodeURIComponent(right)),
  makes("RSA with SHA-512", "RSA", (payload, _, secret) =>
    sign("sha512", Buffer.from(payload), secret as KeyObject).toString("base64"),
  ),
  makes("RSA-PSS", "RSA", (payload, _, secret) =>
    sign("sha256", Buffer.from(payload), {
      key: secret as KeyObject,
      padding: constants.RSA_PKCS1_PSS_PADDING,
    }).toString("base64"),
  ),
  makes("RSA in hex", "RSA", (_, right) => Buffer.from(right, "base64").toString("hex")),
  makes("base64url", "RSA", (_, right) => Buffer.from(right, "base64").toString("base64url"), readsOften),
  bug(
    "base64 with + unescaped",
    readsOften,
    class extends Client {
      override write(value: string) {
        return value;
      }
    },
    "RSA",
  ),
  makes("base64 without its padding", "Ed25519", (_, right) => right.replace(/=+$/, "")),
  makes("Ed25519 over a hash of the text", "Ed25519", (payload, _, secret) =>
    sign(null, Buffer.from(sha256(payload)), secret as KeyObject).toString("base64"),
  ),
];

export const keys: Bug[] = [
  ...(
    [
      ["API key in capitals", (apiKey) => ({ "X-MBX-APIKEY": apiKey.toUpperCase() })],
      ["secret in the place of the API key", (_, secret) => ({ "X-MBX-APIKEY": secret })],
      ["API key with quotes around it", (apiKey) => ({ "X-MBX-APIKEY": `"${apiKey}"` })],
      ["API key as a bearer token", (apiKey) => ({ Authorization: `Bearer ${apiKey}` })],
    ] satisfies [string, (apiKey: string, secret: string) => Record<string, string>][]
  ).map(([name, header]) =>
    bug(
      name,
      readsPair,
      class extends Client {
        override key() {
          return header(this.to.apiKey, String(this.to.secret));
        }
      },
    ),
  ),
  bug(
    "API key in the place of the secret",
    readsPair,
    class extends Client {
      override sign(payload: string) {
        return hmac(this.to.apiKey, payload).digest("hex");
      }
    },
  ),
  makes("secret of another account", "HMAC", (payload) => hmac("another", payload).digest("hex")),
  bug(
    "follows a redirect with the key",
    meetsRedirect,
    class extends Client {
      override async send(target: string): Promise<Answer> {
        const answer = await super.send(target);
        return answer.headers.location
          ? this.send(`${answer.headers.location}${target.replace(/^[^?]*/, "")}`)
          : answer;
      }
    },
  ),
];

export const parameters: Bug[] = [
  asks("a parameter twice", readsPair, (text) => text.replace(/(recvWindow=\d+)/, "$1&$1")),
  asks("a misspelt parameter", readsPair, (text) => text.replace("pair=", "pairs=")),
  asks("the pair in small letters", readsPair, (text) => text.replace("BTCUSD", "btcusd")),
  asks("a symbol for a pair", readsPair, (text) => text.replace("BTCUSD", "BTCUSD_PERP")),
  asks("a parameter against caches, `_=1`", readsPair, (text) => `_=1&${text}`),
  asks("marginAsset together with pair", readsPair, (text) => `marginAsset=BTC&${text}`),
  asks("an empty parameter", readsWithoutFilter, (text) => `pair=&${text}`),
  asks("`undefined` as text", readsWithoutFilter, (text) => `marginAsset=undefined&${text}`),
  asks("timestamp in seconds", readsPair, (text) => text.replace(/(timestamp=\d{10})\d{3}/, "$1")),
  asks("timestamp in microseconds", readsPair, (text) => text.replace(/(timestamp=\d{13})/, "$1000")),
  asks("timestamp with a fraction", readsPair, (text) => text.replace(/(timestamp=\d{13})/, "$1.5")),
  asks("timestamp as ISO text", readsPair, (text) =>
    text.replace(/timestamp=\d{13}/, "timestamp=2022-07-13T10%3A13%3A32Z"),
  ),
  asks("no timestamp", readsPair, (text) => text.replace(/&timestamp=\d+/, "")),
  asks("recvWindow without its unit: 5 for 5 s", readsPair, (text) =>
    text.replace("recvWindow=5000", "recvWindow=5"),
  ),
  asks("recvWindow above 60000", readsPair, (text) => text.replace("recvWindow=5000", "recvWindow=600000")),
  bug(
    "parameters in the body of a GET",
    readsPair,
    class extends Client {
      override send(target: string) {
        const [path = "", query] = target.split("?");
        return super.send(path, query);
      }
    },
  ),
  bug(
    "POST in place of GET",
    readsPair,
    class extends Client {
      override method = "POST";
    },
  ),
  bug(
    "one timestamp for the life of the program",
    runsForDays,
    class extends Client {
      readonly #begun = super.timestamp();
      override pairs(given: Filter) {
        return super
          .pairs(given)
          .map(([name, value]) => [name, name === "timestamp" ? this.#begun : value] as const);
      }
    },
  ),
];
