import { constants, createHash, createHmac, type KeyObject, verify } from "node:crypto";
import { servers } from "../../generated/operations.js";
import { encode } from "../signing/query.js";
import type { SignatureMistake } from "./journal-entry.js";
import { hmac, type KnownKey, verifies } from "./signature.js";

/** A request whose signature does not verify, and what else it may have been signed with. */
export interface Unverified {
  path: string;
  /** `Host` of the request. */
  host?: string | undefined;
  /** Raw text behind the question mark. */
  query: string;
  apiKey: string;
  key: KnownKey;
  /** Keys of other accounts. */
  otherKeys: readonly KnownKey[];
  /** Texts that this API key signed before. */
  earlier: readonly string[];
}

/** Tries the usual mistakes of clients, and returns the one that explains the signature. */
export function explainSignature({
  path,
  host,
  query,
  apiKey,
  key,
  otherKeys,
  earlier,
}: Unverified): SignatureMistake {
  const pairs = query.split("&");
  const at = pairs.findIndex((pair) => pair.startsWith("signature="));
  const others = pairs.filter((_, index) => index !== at);
  const received = others.join("&");
  const found = (because: string, signed = received): SignatureMistake => ({
    received: redact(received),
    signed: redact(signed),
    because,
  });
  if (at < 0)
    return { received: redact(received), because: "No parameter is named `signature`, written so." };

  const text = pairs[at]?.slice("signature=".length) ?? "";
  const signature = unescaped(text.replaceAll("+", " ")) ?? text;
  const fits = (payload: string, candidate = signature, by = key) => verifies(by, payload, candidate);

  if (at < pairs.length - 1 && fits(received))
    return found("The signature is right, but it is not the last parameter.");
  if (signature.includes(" ") && fits(received, signature.replaceAll(" ", "+")))
    return found("A + of the signature arrived as a space: write base64 percent-encoded, + as %2B.");
  const spelling = spellings(signature, key).find(([, candidate]) => fits(received, candidate));
  if (spelling) return found(spelling[0]);
  const mistake = textMistakes(path, received, others, host).find(
    ([, payload]) => payload !== undefined && fits(payload),
  );
  if (mistake) return found(mistake[0], mistake[1]);
  const before = earlier.find((payload) => payload !== received && fits(payload));
  if (before) return found("The signature belongs to an earlier request: sign each attempt anew.", before);
  const other = keyMistakes(apiKey, key, received, signature, otherKeys);
  if (other) return found(other);
  const near = nearbyTimes(received, key).find((payload) => fits(payload));
  if (near)
    return found("The timestamp was taken twice: once to sign it, and a moment later to send it.", near);
  return {
    received: redact(received),
    because: "No usual mistake explains it: check that the secret or private key belongs to this API key.",
  };
}

/** Lists spellings of the right signature that clients get wrong. */
function spellings(signature: string, key: KnownKey): [string, string][] {
  const base64 = signature.replaceAll("-", "+").replaceAll("_", "/");
  const once = unescaped(signature) ?? signature;
  const common: [string, string][] = [
    [
      "The signature holds white space, such as the line breaks of `base64` or `openssl`: write it in one line.",
      signature.replace(/\s/g, ""),
    ],
    ["The signature was percent-encoded twice.", once],
    ["The signature was percent-encoded twice, and holds white space.", once.replace(/\s/g, "")],
  ];
  if ("secret" in key)
    return [
      ...common,
      [
        "The signature begins with what a program prints before it, such as `(stdin)= `.",
        signature.replace(/^.*[=\s]/s, ""),
      ],
      ["The signature begins with 0x; it must be hex only.", signature.replace(/^0x/i, "")],
      [
        "HMAC signatures are written as hex, this one is base64.",
        Buffer.from(base64, "base64").toString("hex"),
      ],
      ["The leading zeros of the hex are missing: it always has 64 characters.", signature.padStart(64, "0")],
    ];
  const what =
    base64 === signature
      ? "The padding of the base64 is missing: it ends with =."
      : "This is base64url; plain base64 with +, / and = is expected.";
  return [
    ...common,
    [what, Buffer.from(base64, "base64").toString("base64")],
    [
      "RSA and Ed25519 signatures are written as base64, this one is hex.",
      Buffer.from(signature, "hex").toString("base64"),
    ],
  ];
}

/** Lists other texts that clients sign by mistake. */
function textMistakes(
  path: string,
  received: string,
  pairs: string[],
  host = "",
): [string, string | undefined][] {
  const decoded = unescaped(received);
  const twice = decoded !== undefined && /%[0-9a-f]{2}/i.test(decoded);
  const encodeValues = (encode: (text: string) => string) =>
    pairs.map((pair) => pair.replace(/=(.*)$/s, (_, value) => `=${encode(value)}`)).join("&");
  return [
    [
      "The text was signed first, then ' was rewritten to %27, as URL parsers do.",
      received.replaceAll("%27", "'"),
    ],
    [
      twice
        ? "The values were percent-encoded twice, the text with one encoding was signed."
        : "The text was signed first and percent-encoded afterwards; sign what is sent.",
      decoded,
    ],
    ["The text was signed with spaces as +, and sent with %20.", received.replaceAll("%20", "+")],
    ["The text was signed with spaces as %20, and sent with +.", received.replaceAll("+", "%20")],
    [
      "The text was signed percent-encoded and sent without the encoding; send what was signed.",
      encodeValues(encodeAll),
    ],
    ["The escapes were signed in the other case, such as %2f for %2F.", swapEscapes(received)],
    ["The parameters were signed in alphabetical order and sent in another.", [...pairs].sort().join("&")],
    ["The parameters were signed in the opposite order.", [...pairs].reverse().join("&")],
    ["The question mark was signed too.", `?${received}`],
    ["The path was signed too.", `${path}?${received}`],
    ["The path was signed too.", `${path}${received}`],
    ...[`http://${host}`, `https://${host}`, ...realHosts].map((origin): [string, string] => [
      "The whole URL was signed; sign what stands behind the question mark.",
      `${origin}${path}?${received}`,
    ]),
    ...["", " ", "\n"].map((between): [string, string] => [
      "The method was signed too.",
      `GET${between}${path}?${received}`,
    ]),
    ["A & was signed behind the last parameter.", `${received}&`],
    ["A & was signed before the first parameter.", `&${received}`],
    ["`&signature=` was signed too.", `${received}&signature=`],
    ...["\n", "\r\n"].map((end): [string, string] => [
      "A line break was signed behind the text, as `echo` writes one; use `printf`.",
      `${received}${end}`,
    ]),
    ["The text was signed in lower case.", received.toLowerCase()],
    ["The text was signed in upper case.", received.toUpperCase()],
    ["The parameters were signed without the & between them.", pairs.join("")],
    [
      "The parameters were signed as JSON.",
      JSON.stringify(Object.fromEntries(pairs.map((pair) => pair.split("=")))),
    ],
    ["The empty text was signed.", ""],
    ...pairs.map((pair): [string, string] => [
      `\`${pair.split("=")[0]}\` was added after signing; everything before the signature is signed.`,
      pairs.filter((other) => other !== pair).join("&"),
    ]),
  ];
}

/** Finds a wrong key or algorithm that signed the right text. */
function keyMistakes(
  apiKey: string,
  key: KnownKey,
  received: string,
  signature: string,
  others: readonly KnownKey[],
): string | undefined {
  if (others.some((other) => verifies(other, received, signature)))
    return "The signature was made with the key of another API key.";
  const bytes = Buffer.from(received, "latin1");
  if (!("secret" in key)) return schemeMistakes(key.publicKey, bytes, Buffer.from(signature, "base64"));
  const secret = key.secret.export().toString();
  const made = (by: string | Buffer, digest?: string) =>
    hmac(by, received, digest) === signature.toLowerCase();
  const swapped = createHmac("sha256", bytes).update(secret).digest("hex");
  if (swapped === signature.toLowerCase())
    return "The arguments of HMAC were swapped: the secret is the key, the text is what it signs.";
  const spoilt = spoiltSecrets(secret).find(([, candidate]) => made(candidate));
  if (spoilt) return spoilt[0];
  if (made(apiKey)) return "The signature was made with the API key in the place of the secret.";
  if (made(`${secret}\n`) || made(`${secret}\r\n`))
    return "The secret was used with the line break at its end.";
  if (made(Buffer.from(secret, "hex")) || made(Buffer.from(secret, "base64")))
    return "The secret was decoded from hex or base64 first; it is used as the text that it is.";
  const digest = otherDigests.find((name) => made(secret, name));
  if (digest) return `The signature was made with HMAC and ${digest}; SHA-256 is expected.`;
  const hashes = [`${secret}${received}`, `${received}${secret}`, received].map((text) =>
    createHash("sha256").update(text, "latin1").digest("hex"),
  );
  return hashes.includes(signature.toLowerCase())
    ? "The signature is a plain SHA-256; HMAC is expected."
    : undefined;
}

/** Lists forms of the secret that clients use by mistake. */
function spoiltSecrets(secret: string): [string, string | Buffer][] {
  const spaces = [" ", "\t"].flatMap((space) => [
    `${space}${secret}`,
    `${secret}${space}`,
    `${space}${secret}${space}`,
  ]);
  const cuts = Array.from({ length: secret.length - 1 }, (_, index) => index + 1);
  return [
    ...spaces.map((text): [string, string] => ["The secret was used with white space around it.", text]),
    ...['"', "'", "`"].map((quote): [string, string] => [
      "The secret was used with quotation marks around it, perhaps those of a .env file.",
      `${quote}${secret}${quote}`,
    ]),
    ["The secret was used with a byte order mark before it, as some editors save files.", `\ufeff${secret}`],
    ["The secret was used as UTF-16.", Buffer.from(secret, "utf16le")],
    ["The secret was used in upper case.", secret.toUpperCase()],
    ["The secret was used in lower case.", secret.toLowerCase()],
    ["The secret was empty.", ""],
    ...cuts.flatMap((length): [string, string][] => [
      [`Only the first ${length} characters of the secret were used.`, secret.slice(0, length)],
      [`Only the last ${length} characters of the secret were used.`, secret.slice(-length)],
    ]),
  ];
}

/** Lists the text with timestamps shortly before and after. Verifying RSA and Ed25519 is slower than HMAC, so they get fewer. */
function nearbyTimes(received: string, key: KnownKey): string[] {
  const [, before = "", time = "", after = ""] = /^((?:.*&)?timestamp=)(\d{13})(.*)$/s.exec(received) ?? [];
  const most = "secret" in key ? 2000 : 50;
  const distances = time === "" ? [] : Array.from({ length: most }, (_, index) => index + 1);
  return distances.flatMap((ms) => [
    `${before}${Number(time) - ms}${after}`,
    `${before}${Number(time) + ms}${after}`,
  ]);
}

const realHosts = Object.values(servers).map(({ url }) => url);

const otherDigests = ["sha1", "sha384", "sha512"];

/** Finds a wrong scheme that signed the right text with the right key. */
function schemeMistakes(key: KeyObject, bytes: Buffer, signature: Buffer): string | undefined {
  if (key.asymmetricKeyType !== "rsa") {
    const hash = createHash("sha256").update(bytes);
    const hashes = [hash.copy().digest(), Buffer.from(hash.digest("hex"))];
    return hashes.some((text) => verify(null, text, key, signature))
      ? "A hash of the text was signed; Ed25519 signs the text itself."
      : undefined;
  }
  if (verify("sha256", bytes, { key, padding: constants.RSA_PKCS1_PSS_PADDING }, signature))
    return "The signature is RSA-PSS; PKCS#1 v1.5 is expected.";
  const digest = otherDigests.find((name) => verify(name, bytes, key, signature));
  return digest && `The signature was made with RSA and ${digest}; SHA-256 is expected.`;
}

/** Percent-encodes a text anew, strictly by RFC 3986. */
const encodeAll = (text: string) => encode(decodeURIComponent(text));

const swapEscapes = (text: string) =>
  text.replace(/%[0-9a-f]{2}/gi, (code) =>
    code === code.toUpperCase() ? code.toLowerCase() : code.toUpperCase(),
  );

function unescaped(text: string): string | undefined {
  try {
    return Buffer.from(decodeURIComponent(text), "utf8").toString("latin1");
  } catch {
    return undefined;
  }
}

/** Replaces what may be a signature in a text that was signed. */
const redact = (query: string) => query.replace(/((?:^|[?&])signature=)[^&]*/gi, "$1<redacted>");
