import { brotliCompressSync, gzipSync } from "node:zlib";
import type { CommonOptions, ErrorCode } from "../../src/index.js";
import type { Behaviour, Exchange } from "./server.js";

/**
 * What can go wrong between client and server, and what becomes of the call.
 * `attempts` says whether it is repeated: every row allows three.
 */
export interface Fault {
  family: string;
  name: string;
  /** Data, or the code of the one error. */
  outcome: "data" | ErrorCode;
  attempts: number;
  behave: Behaviour;
  options?: CommonOptions;
  /** `tls` speaks TLS with a certificate nobody trusts; `raw` accepts and hands over the bare socket; `refused` does not listen; `unknown` is a name that no resolver knows. */
  listen?: "http" | "tls" | "raw" | "refused" | "killed" | "unknown";
  /** When the caller aborts. */
  abort?: "before" | "request" | "body" | "pause";
  /** Calls made before the one that counts, on the same client. */
  callsBefore?: number;
  /** Where the platform's own fetch settles it before the client sees it. */
  onWeb?: Pick<Fault, "outcome" | "attempts">;
  /** Why it is not tried elsewhere. */
  nodeOnly?: string;
  /** What the documented body becomes on its way, where it is data all the same. */
  becomes?: (good: string) => string;
  /** What the documented body has to have for it. */
  needs?: RegExp;
  /** Least time the call must take, in ms. */
  atLeast?: number;
}

/** A clock that is far from the end of its minute, where an answer without `Retry-After` is waited for. */
const started = performance.now();
const minuteBegins: CommonOptions = {
  now: () => 1_657_707_180_000 + performance.now() - started,
  clock: "system",
};

/** A time in a body. */
const aTime = /"(\w*[tT]ime)":\d+/;

const rows: Fault[] = [];
const add =
  (family: string) =>
  (
    name: string,
    outcome: Fault["outcome"],
    attempts: number,
    behave: Behaviour,
    more: Partial<Fault> = {},
  ): void =>
    void rows.push({ family, name, outcome, attempts, behave, ...more });

const ok: Behaviour = (x) => x.respond(200, {}, x.good);
const nothing: Behaviour = () => {};
const all =
  (...behaviours: Behaviour[]): Behaviour =>
  (x) => {
    for (const behave of behaviours) behave(x);
  };
const first =
  (...behaviours: Behaviour[]): Behaviour =>
  (x) =>
    (behaviours[x.nth - 1] ?? behaviours.at(-1) ?? ok)(x);
const status =
  (code: number, body: string | object = "", headers: Record<string, string | number> = {}): Behaviour =>
  (x) =>
    x.respond(code, headers, typeof body === "string" ? body : JSON.stringify(body));
const body =
  (change: (good: string) => string | Uint8Array, headers: Record<string, string | number> = {}): Behaviour =>
  (x) =>
    x.respond(200, headers, change(x.good));
const html = "<!DOCTYPE html><html><body>Sorry</body></html>";
const page = (code: number, headers: Record<string, string | number> = {}) =>
  status(code, html, { "content-type": "text/html", ...headers });
const refusal = (code: number, msg = "Something is wrong.") => ({ code, msg });
/** Adds a field to the answer, whether it is an object or a list of objects. */
const withField = (field: string) => (good: string) =>
  good.startsWith("[") ? good.replace("{", `{${field},`) : `{${field},${good.slice(1)}`;

// ── resolve and connect ──────────────────────────────────────────────────────────────────────────────────────────────
let fault = add("resolve and connect");
fault("the name is not known", "CONNECTION", 3, nothing, { listen: "unknown" });
fault("nobody listens", "CONNECTION", 3, nothing, { listen: "refused" });
fault("the connection is reset as soon as it is made", "CONNECTION", 3, (x) => x.socket.resetAndDestroy(), {
  listen: "raw",
});
fault("the connection is closed as soon as it is made", "CONNECTION", 3, (x) => x.socket.destroy(), {
  listen: "raw",
  nodeOnly: "Node's fetch may connect again and again by itself, or not",
});
fault(
  "the first connection is reset, the second is good",
  "data",
  2,
  first((x) => x.socket.resetAndDestroy(), ok),
);

// ── TLS ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
fault = add("TLS");
fault("a certificate that nobody has signed", "CONNECTION", 1, ok, { listen: "tls" });
fault("plain HTTP where TLS is expected", "CONNECTION", 1, (x) => x.socket.end("HTTP/1.1 200 OK\r\n\r\n"), {
  listen: "raw",
  options: { baseUrl: "https:" },
});
for (const [name, alert] of [
  ["refuses the handshake", 40],
  ["has no HTTP/1.1", 120],
] as const) {
  const refuse: Behaviour = (x) =>
    x.socket.once("data", () => x.socket.end(Buffer.from([21, 3, 3, 0, 2, 2, alert])));
  fault(`a server that ${name}`, "CONNECTION", 1, refuse, { listen: "raw", options: { baseUrl: "https:" } });
}
fault("a handshake that is never answered", "TIMEOUT", 3, nothing, {
  listen: "raw",
  options: { baseUrl: "https:" },
});
fault(
  "a reset in the middle of the handshake",
  "CONNECTION",
  3,
  (x) => x.socket.once("data", () => x.socket.resetAndDestroy()),
  {
    listen: "raw",
    options: { baseUrl: "https:" },
  },
);
fault(
  "a close in the middle of the handshake",
  "CONNECTION",
  3,
  (x) => x.socket.once("data", () => x.socket.end()),
  {
    listen: "raw",
    options: { baseUrl: "https:" },
  },
);

// ── reset at each stage ──────────────────────────────────────────────────────────────────────────────────────────────
fault = add("reset at each stage");
const cutAfter =
  (text: (x: Exchange) => string): Behaviour =>
  (x) =>
    x.socket.write(text(x), () => x.socket.resetAndDestroy());
const head = (x: Exchange, extra = "") =>
  `HTTP/1.1 200 OK\r\ncontent-length: ${x.good.length}\r\n${extra}\r\n`;
fault("before the status line", "CONNECTION", 3, (x) => x.socket.resetAndDestroy());
fault(
  "inside the status line",
  "CONNECTION",
  3,
  cutAfter(() => "HTTP/1.1 2"),
);
fault(
  "inside the headers",
  "CONNECTION",
  3,
  cutAfter(() => "HTTP/1.1 200 OK\r\ncontent-le"),
);
fault(
  "after the headers",
  "CONNECTION",
  3,
  cutAfter((x) => head(x)),
);
fault(
  "inside the body",
  "CONNECTION",
  3,
  cutAfter((x) => head(x) + x.good.slice(0, x.good.length / 2)),
);
fault(
  "one byte before the end",
  "CONNECTION",
  3,
  cutAfter((x) => head(x) + x.good.slice(0, -1)),
);
fault(
  "inside a chunk",
  "CONNECTION",
  3,
  cutAfter(() => "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n10\r\n{"),
);
fault(
  "before the last chunk",
  "CONNECTION",
  3,
  cutAfter(
    (x) =>
      `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${x.good.length.toString(16)}\r\n${x.good}\r\n`,
  ),
);
fault(
  "once, then a good answer",
  "data",
  2,
  first(
    cutAfter((x) => head(x) + x.good.slice(0, 5)),
    ok,
  ),
);

// ── stall and drip ───────────────────────────────────────────────────────────────────────────────────────────────────
fault = add("stall and drip");
fault("no answer at all", "TIMEOUT", 3, nothing);
fault("a stall inside the status line", "TIMEOUT", 3, (x) => x.write("HTTP/1.1 2"));
fault("a stall inside the headers", "TIMEOUT", 3, (x) => x.write("HTTP/1.1 200 OK\r\nx-a: b\r\n"));
fault("a stall before the body", "TIMEOUT", 3, (x) => x.write(head(x)));
fault("a stall inside the body", "TIMEOUT", 3, (x) => x.write(head(x) + x.good.slice(0, 9)));
fault("a stall inside a gzip body", "TIMEOUT", 3, (x) =>
  x.write(
    Buffer.concat([Buffer.from(head(x, "content-encoding: gzip\r\n")), gzipSync(x.good).subarray(0, 12)]),
  ),
);
fault("a stall between two chunks", "TIMEOUT", 3, (x) =>
  x.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n"),
);
const drip =
  (text: (x: Exchange) => string): Behaviour =>
  (x) => {
    let at = 0;
    const timer = setInterval(() => x.write(text(x)[at++] ?? " "), 20);
    x.socket.on("close", () => clearInterval(timer));
  };
fault(
  "headers that drip in, a byte at a time",
  "TIMEOUT",
  3,
  drip((x) => head(x)),
);
fault(
  "a body that drips in, a byte at a time",
  "TIMEOUT",
  3,
  all(
    (x) => x.write(head(x)),
    drip((x) => x.good),
  ),
);
fault("only the first answer stalls", "data", 2, first(nothing, ok));
fault("all attempts stall, and the whole call is over first", "TIMEOUT", 1, nothing, {
  options: { timeout: { total: 80 } },
});

// ── truncated ────────────────────────────────────────────────────────────────────────────────────────────────────────
fault = add("truncated");
const closeAfter =
  (text: (x: Exchange) => string | Uint8Array): Behaviour =>
  (x) =>
    x.socket.end(text(x));
fault(
  "a body shorter than its length says, then close",
  "CONNECTION",
  3,
  closeAfter((x) => head(x) + x.good.slice(0, 20)),
);
fault(
  "no length, half of the JSON, then close",
  "INVALID_RESPONSE",
  1,
  closeAfter((x) => `HTTP/1.1 200 OK\r\n\r\n${x.good.slice(0, 20)}`),
);
fault(
  "no length, all of the JSON, then close",
  "data",
  1,
  closeAfter((x) => `HTTP/1.1 200 OK\r\n\r\n${x.good}`),
);
fault(
  "half of the JSON with the length of half",
  "INVALID_RESPONSE",
  1,
  body((good) => good.slice(0, good.length / 2)),
);
fault(
  "no last chunk",
  "CONNECTION",
  3,
  closeAfter(() => "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n"),
);
fault(
  "gzip without its end",
  "INVALID_RESPONSE",
  1,
  body((good) => gzipSync(good).subarray(0, -9), { "content-encoding": "gzip" }),
  { onWeb: { outcome: "data", attempts: 1 } },
);
fault(
  "br without its end",
  "INVALID_RESPONSE",
  1,
  body((good) => brotliCompressSync(good).subarray(0, -9), { "content-encoding": "br" }),
);

// ── empty and wrong shape ────────────────────────────────────────────────────────────────────────────────────────────
fault = add("empty and wrong shape");
fault("200 without a body", "INVALID_RESPONSE", 1, status(200));
fault("202 without a body, as the futures test host gives", "INVALID_RESPONSE", 1, status(202));
fault("204", "INVALID_RESPONSE", 1, status(204, "", { "content-length": "" }));
fault("white space", "INVALID_RESPONSE", 1, status(200, " \n"));
for (const text of ["null", "true", "0", '""', '"ok"', "{}", '{"data":[]}', "[[]]", "[null]"])
  fault(text, "INVALID_RESPONSE", 1, status(200, text));
fault("a good body with 201", "INVALID_RESPONSE", 1, (x) => x.respond(201, {}, x.good));
fault("a good body with 206", "INVALID_RESPONSE", 1, (x) => x.respond(206, {}, x.good));
fault(
  "numbers where decimals are promised",
  "INVALID_RESPONSE",
  1,
  body((good) => good.replace(/"(-?\d+\.\d+)"/, "$1").replace(/"(-?\d+)"/, "$1")),
);
fault(
  "a required field missing",
  "INVALID_RESPONSE",
  1,
  body((good) => good.replace(/"(\w+)":/, '"$1d":')), // the first one is required everywhere
);
fault(
  "a time in scientific notation of a string",
  "INVALID_RESPONSE",
  1,
  body((good) => good.replace(aTime, '"$1":"1e3"')),
  { needs: aTime },
);
fault(
  "a negative time",
  "INVALID_RESPONSE",
  1,
  body((good) => good.replace(aTime, '"$1":-1')),
  { needs: aTime },
);
fault(
  "a time in parts of a ms",
  "INVALID_RESPONSE",
  1,
  body((good) => good.replace(aTime, '"$1":1.5')),
  { needs: aTime },
);

// ── wrong type and encoding ──────────────────────────────────────────────────────────────────────────────────────────
fault = add("wrong type and encoding");
fault(
  "a good body called text/html",
  "data",
  1,
  body((good) => good, { "content-type": "text/html" }),
);
fault(
  "a good body called nothing",
  "data",
  1,
  body((good) => good, { "content-type": "" }),
);
fault("a page called JSON", "INVALID_RESPONSE", 1, status(200, html));
fault(
  "gzip",
  "data",
  1,
  body((good) => gzipSync(good), { "content-encoding": "gzip" }),
);
fault(
  "br",
  "data",
  1,
  body((good) => brotliCompressSync(good), { "content-encoding": "br" }),
);
fault(
  "plain text called gzip",
  "INVALID_RESPONSE",
  1,
  body((good) => good, { "content-encoding": "gzip" }),
);
fault(
  "gzip called nothing",
  "INVALID_RESPONSE",
  1,
  body((good) => gzipSync(good)),
);
fault(
  "an encoding that nobody asked for",
  "INVALID_RESPONSE",
  1,
  body((good) => good, { "content-encoding": "zstd-9" }),
  { onWeb: { outcome: "data", attempts: 1 } },
);
fault(
  "a byte order mark",
  "data",
  1,
  body((good) => `\ufeff${good}`),
);
fault(
  "UTF-16",
  "INVALID_RESPONSE",
  1,
  body((good) => Buffer.from(good, "utf16le")),
);
fault(
  "bytes that are not UTF-8",
  "INVALID_RESPONSE",
  1,
  body((good) => Buffer.from(withField('"x":"\xff"')(good), "latin1")),
);

// ── error in 200 ─────────────────────────────────────────────────────────────────────────────────────────────────────
fault = add("error in 200");
fault("-1022", "SIGNATURE_REJECTED", 1, status(200, refusal(-1022)));
fault("-2015", "UNAUTHORIZED", 1, status(200, refusal(-2015)));
fault("-1121", "INVALID_PARAMETER", 1, status(200, refusal(-1121)));
fault("-1001, then good", "data", 2, first(status(200, refusal(-1001)), ok));
fault("-1003", "RATE_LIMITED", 1, status(200, refusal(-1003)), { options: minuteBegins });
fault("a code nobody knows", "UNAVAILABLE", 1, status(200, refusal(-9999)));

// ── refusals ─────────────────────────────────────────────────────────────────────────────────────────────────────────
fault = add("refusals");
for (const code of [
  -1100, -1101, -1102, -1103, -1104, -1105, -1106, -1108, -1121, -1128, -1130, -1131, -4144,
]) {
  fault(`400 ${code}`, "INVALID_PARAMETER", 1, status(400, refusal(code)));
}
fault("400 -1022", "SIGNATURE_REJECTED", 1, status(400, refusal(-1022)));
for (const code of [-2014, -2015, -1002]) fault(`401 ${code}`, "UNAUTHORIZED", 1, status(401, refusal(code)));
fault("400 with a code nobody knows", "REFUSED", 1, status(400, refusal(-9999)));
fault("400 with a page", "INVALID_RESPONSE", 1, page(400));
fault("400 with the code as text", "INVALID_RESPONSE", 1, status(400, { code: "-1022", msg: "x" }));

// ── redirects ────────────────────────────────────────────────────────────────────────────────────────────────────────
fault = add("redirects");
for (const code of [301, 302, 303, 307, 308])
  fault(
    `${code} to another host`,
    "REDIRECT_REFUSED",
    1,
    status(code, "", { location: "http://127.0.0.1:9/" }),
  );
fault("302 to itself", "REDIRECT_REFUSED", 1, (x) => x.respond(302, { location: x.target }, ""));
fault("302 without a location", "REDIRECT_REFUSED", 1, status(302));
fault("304", "REDIRECT_REFUSED", 1, status(304, "", { "content-length": "" }));
fault("300 with a good body", "REDIRECT_REFUSED", 1, (x) => x.respond(300, {}, x.good));

// ── 429 and Retry-After ──────────────────────────────────────────────────────────────────────────────────────────────
fault = add("429 and Retry-After");
const limited = (after?: string | number): Behaviour =>
  status(429, refusal(-1003, "Too many requests."), after === undefined ? {} : { "retry-after": after });
fault("for a second, then good", "data", 2, first(limited(1), ok), { atLeast: 1000 });
fault("for 0 seconds, then good", "data", 2, first(limited(0), ok));
fault(
  "until a date that has passed, then good",
  "data",
  2,
  first(limited("Wed, 13 Jul 2022 10:13:40 GMT"), ok),
);
fault("for longer than the call has", "RATE_LIMITED", 1, limited(30));
fault("until a date beyond the call", "RATE_LIMITED", 1, limited("Fri, 01 Jan 2100 00:00:00 GMT"));
fault("for longer than a date can say", "RATE_LIMITED", 1, limited("9".repeat(400)));
fault("for less than no time", "RATE_LIMITED", 1, limited("-5"), { options: minuteBegins });
fault("for something unreadable", "RATE_LIMITED", 1, limited("soon"), { options: minuteBegins });
fault("for a part of a second", "RATE_LIMITED", 1, limited("0.5"), { options: minuteBegins });
fault("without saying for how long", "RATE_LIMITED", 1, limited(), { options: minuteBegins });
fault("as a page", "RATE_LIMITED", 1, page(429, { "retry-after": 30 }));
fault("with a call before it", "RATE_LIMITED", 0, limited(30), { callsBefore: 1 });
fault("again and again", "RATE_LIMITED", 3, limited(0));

// ── 418 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
fault = add("418");
const banned = (after?: string | number, msg = "Way too many requests; IP banned."): Behaviour =>
  status(418, refusal(-1003, msg), after === undefined ? {} : { "retry-after": after });
fault("for two minutes", "BANNED", 1, banned(120));
fault("for no time at all", "BANNED", 1, banned(0));
fault(
  "until a time that the message says",
  "BANNED",
  1,
  banned(undefined, `IP banned until ${Date.now() + 90_000}.`),
);
fault("without saying for how long", "BANNED", 1, banned());
fault("as a page", "BANNED", 1, page(418));
fault("with a call before it", "BANNED", 0, banned(120), { callsBefore: 1 });
fault("for three days", "BANNED", 1, banned(259_200));

// ── the status says it, and the body never comes ─────────────────────────────────────────────────────────────────────
fault = add("status without a body");
const says = (code: number, headers: string) =>
  `HTTP/1.1 ${code} Whatever\r\ncontent-type: application/json\r\n${headers}`;
const bodies: [name: string, behave: (head: string) => Behaviour][] = [
  ["that stalls", (head) => (x) => x.write(`${head}content-length: 100\r\n\r\n{`)],
  ["that is cut", (head) => (x) => x.socket.end(`${head}content-length: 100\r\n\r\n{`)],
  [
    "that is not encoded as it says",
    (head) => (x) => x.socket.end(`${head}content-encoding: gzip\r\ncontent-length: 2\r\n\r\n{}`),
  ],
  [
    "that is too large",
    (head) => (x) => x.socket.end(`${head}content-length: ${2 ** 20 + 9}\r\n\r\n${" ".repeat(2 ** 20 + 9)}`),
  ],
];
const short = { timeout: { total: 5000, body: 200 } };
for (const [name, behave] of bodies) {
  fault(`418 ${name}`, "BANNED", 1, behave(says(418, "retry-after: 120\r\n")), { options: short });
  fault(`418 ${name}, called again`, "BANNED", 0, behave(says(418, "retry-after: 120\r\n")), {
    options: short,
    callsBefore: 1,
  });
  fault(`429 ${name}`, "RATE_LIMITED", 1, behave(says(429, "retry-after: 60\r\n")), { options: short });
  fault(`302 ${name}`, "REDIRECT_REFUSED", 1, behave(says(302, "location: http://127.0.0.1:9/\r\n")), {
    options: short,
  });
  fault(`403 ${name}`, "BLOCKED", 1, behave(says(403, "")), { options: short });
}

// ── 5xx, 408 and gateway pages ───────────────────────────────────────────────────────────────────────────────────────
fault = add("5xx and gateway pages");
for (const [code, binanceCode] of [
  [500, -1000],
  [500, -1001],
  [502, -1006],
  [503, -1008],
  [408, -1007],
] as const) {
  fault(`${code} ${binanceCode}`, "UNAVAILABLE", 3, status(code, refusal(binanceCode)));
}
fault(
  "503 Unknown error, then good",
  "data",
  2,
  first(status(503, refusal(-1000, "Unknown error, please check your request or try again later.")), ok),
);
fault(
  "503 Service Unavailable twice, then good",
  "data",
  3,
  first(
    status(503, refusal(-1000, "Service Unavailable.")),
    status(503, refusal(-1000, "Service Unavailable.")),
    ok,
  ),
);
for (const code of [500, 502, 503, 504, 520, 599]) fault(`${code} with a page`, "UNAVAILABLE", 3, page(code));
fault("503 without a body", "UNAVAILABLE", 3, status(503));
fault(
  "503 that says when to come back, with a call before it",
  "UNAVAILABLE",
  0,
  status(503, refusal(-1008), { "retry-after": 60 }),
  {
    callsBefore: 1,
  },
);
fault(
  "503 that says when to come back, beyond the call",
  "UNAVAILABLE",
  1,
  status(503, refusal(-1008), { "retry-after": 60 }),
);
fault(
  "503 that says to come back in a second",
  "data",
  2,
  first(status(503, refusal(-1008), { "retry-after": 1 }), ok),
  { atLeast: 1000 },
);
fault("500 with a signature error is the signature's", "SIGNATURE_REJECTED", 1, status(500, refusal(-1022)));

// ── clock ────────────────────────────────────────────────────────────────────────────────────────────────────────────
fault = add("clock");
const clockOff =
  (
    offset: number,
    headers: (now: number) => Record<string, string> = (now) => ({ date: new Date(now).toUTCString() }),
  ): Behaviour =>
  (x) => {
    const now = Date.now() + offset;
    const behind = now - Number(/timestamp=(\d+)/.exec(x.target)?.[1]);
    if (behind > 5000 || behind <= -1000) x.respond(400, headers(now), JSON.stringify(refusal(-1021)));
    else x.respond(200, headers(now), x.good);
  };
const hour = 3_600_000;
for (const offset of [24 * hour, hour, 10_000, 6000, -2000, -10_000, -hour, -24 * hour]) {
  fault(
    `the server is ${Math.abs(offset / 1000)} s ${offset < 0 ? "behind" : "ahead"}`,
    "data",
    2,
    clockOff(offset),
  );
}
for (const offset of [4000, 500, -500])
  fault(`the server is ${offset} ms away, within the window`, "data", 1, clockOff(offset));
fault("an hour ahead, learned in the call before", "data", 1, clockOff(hour), { callsBefore: 1 });
fault(
  "an hour ahead, answers from a cache",
  "CLOCK_SKEW",
  1,
  clockOff(hour, (now) => ({ date: new Date(now).toUTCString(), age: "0" })),
);
fault(
  "an hour ahead, no Date",
  "CLOCK_SKEW",
  1,
  clockOff(hour, () => ({ date: "" })),
);
fault(
  "an hour ahead, Date unreadable",
  "CLOCK_SKEW",
  1,
  clockOff(hour, () => ({ date: "tomorrow" })),
);
fault(
  "an hour ahead, Date says otherwise",
  "CLOCK_SKEW",
  2,
  clockOff(hour, () => ({ date: new Date().toUTCString() })),
);
fault("-1021 whatever the time", "CLOCK_SKEW", 2, status(400, refusal(-1021)));
fault("an hour ahead, and the client may not learn", "CLOCK_SKEW", 1, clockOff(hour), {
  options: { clock: "system" },
});
fault("an hour ahead, and the client is told", "data", 1, clockOff(hour), { options: { clock: hour } });
fault("the clock steps between two calls", "data", 2, first(clockOff(0), clockOff(hour)), { callsBefore: 1 });

// ── weight header ────────────────────────────────────────────────────────────────────────────────────────────────────
fault = add("weight header");
for (const weight of ["", "abc", "-5", "9".repeat(400), "5, 7", "NaN"])
  fault(
    weight.slice(0, 9) || "missing",
    "data",
    1,
    body((good) => good, { "x-mbx-used-weight-1m": weight }),
  );

// ── bombs and giants ─────────────────────────────────────────────────────────────────────────────────────────────────
fault = add("bombs and giants");
const zeros = Buffer.alloc(32 * 2 ** 20, "0");
const [gzipBomb, brBomb] = [gzipSync(zeros), brotliCompressSync(zeros, { params: { 0: 0, 1: 1 } })];
fault(
  "32 MiB in gzip",
  "BODY_TOO_LARGE",
  1,
  body(() => gzipBomb, { "content-encoding": "gzip" }),
);
fault(
  "32 MiB in br",
  "BODY_TOO_LARGE",
  1,
  body(() => brBomb, { "content-encoding": "br" }),
);
fault(
  "one byte more than allowed",
  "BODY_TOO_LARGE",
  1,
  body((good) => good.padEnd(2 ** 20 + 1)),
);
fault(
  "as much as is allowed",
  "data",
  1,
  body((good) => good.padEnd(2 ** 20)),
);
fault("a body without end", "BODY_TOO_LARGE", 1, (x) => {
  x.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
  const more = () =>
    x.socket.writable && x.socket.write(`10000\r\n${" ".repeat(65_536)}\r\n`, () => setImmediate(more));
  more();
});
fault(
  "a length of a terabyte, then close",
  "CONNECTION",
  3,
  closeAfter(() => "HTTP/1.1 200 OK\r\ncontent-length: 1000000000000\r\n\r\n{"),
);
fault(
  "headers of 100 KB",
  "CONNECTION",
  3,
  body((good) => good, { "x-giant": "x".repeat(100_000) }),
);
fault(
  "a thousand headers",
  "data",
  1,
  body((good) => good, Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`x-${i}`, "y"]))),
);

// ── JSON attacks ─────────────────────────────────────────────────────────────────────────────────────────────────────
fault = add("JSON attacks");
fault(
  "a name given twice",
  "INVALID_RESPONSE",
  1,
  body((good) => good.replace(/\{"(\w+)":/, '{"$1":1,"$1":')),
);
fault(
  "a name given twice, once escaped",
  "INVALID_RESPONSE",
  1,
  body((good) =>
    good.replace(
      /\{"(\w)(\w*)":/,
      (_, a: string, b: string) => `{"\\u00${a.charCodeAt(0).toString(16)}${b}":1,"${a}${b}":`,
    ),
  ),
);
fault("a new name given twice", "INVALID_RESPONSE", 1, body(withField('"x":1,"x" :2')));
fault("__proto__", "INVALID_RESPONSE", 1, body(withField('"__proto__":{"polluted":true}')));
fault("__proto__, escaped", "INVALID_RESPONSE", 1, body(withField('"\\u005f_proto__":{"polluted":true}')));
fault("constructor", "data", 1, body(withField('"constructor":{"prototype":{"polluted":true}}')));
fault(
  "a depth of 100000 as the body",
  "INVALID_RESPONSE",
  1,
  status(200, "[".repeat(100_000) + "]".repeat(100_000)),
);
fault(
  "a depth of 100000 in a new field",
  "INVALID_RESPONSE",
  1,
  body(withField(`"x":${"[".repeat(100_000)}${"]".repeat(100_000)}`)),
);
fault(
  "a time beyond 2^53",
  "INVALID_RESPONSE",
  1,
  body((good) => good.replace(aTime, '"$1":9007199254740993')),
  { needs: aTime },
);
fault("a new field beyond 2^53", "data", 1, body(withField('"x":12345678901234567890')));
fault(
  "a new field with more digits than a double has",
  "data",
  1,
  body(withField('"x":0.12345678901234567890')),
);
fault("a new field that overflows a double", "data", 1, body(withField('"x":1e400')));
fault("a new field that a double can hold", "data", 1, body(withField('"x":-12.5e2')));
fault(
  "a text that looks like a name and a number",
  "data",
  1,
  body(withField('"x":"\\"a\\":12345678901234567890"')),
);
fault("NaN", "INVALID_RESPONSE", 1, body(withField('"x":NaN')));
fault(
  "a comment",
  "INVALID_RESPONSE",
  1,
  body((good) => `/**/${good}`),
);
fault(
  "bytes after the end",
  "INVALID_RESPONSE",
  1,
  body((good) => `${good}x`),
);
fault(
  "two bodies in one",
  "INVALID_RESPONSE",
  1,
  body((good) => good + good),
);
fault("half of a surrogate pair in a new field", "data", 1, body(withField('"x":"\\ud800"')));
fault(
  "a decimal that is no number",
  "INVALID_RESPONSE",
  1,
  body((good) => good.replace(/(?<=[:[])"-?\d+(\.\d+)?"/, '"1e"')),
);
const withExponents = (good: string) => good.replace(/:"-?0(\.0+)?"/g, ':"0E-8"');
fault("decimals with an exponent", "data", 1, body(withExponents), { becomes: withExponents });
fault(
  "a decimal with a line break behind it",
  "INVALID_RESPONSE",
  1,
  body((good) => good.replace(/(?<=[:[])"(-?\d+(\.\d+)?)"/, '"$1\\n"')),
);

// ── aborts ───────────────────────────────────────────────────────────────────────────────────────────────────────────
fault = add("aborts");
fault("before the call", "ABORTED", 0, ok, { abort: "before" });
fault("while waiting for the headers", "ABORTED", 1, nothing, { abort: "request" });
fault("inside the body", "ABORTED", 1, (x) => x.write(head(x) + x.good.slice(0, 5)), { abort: "body" });
fault("in the pause after a failure", "ABORTED", 1, status(503), {
  abort: "pause",
  options: {
    retry: { attempts: 3, baseDelay: 60_000, maxDelay: 60_000 },
    random: () => 0.9,
    timeout: 120_000,
  },
});
fault("in the pause that another call has caused", "ABORTED", 0, limited(60), {
  abort: "pause",
  callsBefore: 1,
  options: { timeout: 120_000, retry: { attempts: 1 } },
});
fault("while the handshake is not answered", "ABORTED", 1, nothing, {
  abort: "request",
  listen: "raw",
  options: { baseUrl: "https:" },
});

// ── stale keep-alive ─────────────────────────────────────────────────────────────────────────────────────────────────
fault = add("stale keep-alive");
fault(
  "the kept connection is reset when it is used again",
  "data",
  2,
  first(ok, (x) => x.socket.resetAndDestroy(), ok),
  { callsBefore: 1 },
);
fault(
  "the kept connection is closed when it is used again",
  "data",
  2,
  first(ok, (x) => x.socket.end(), ok),
  { callsBefore: 1 },
);
fault(
  "the server says that it will close",
  "data",
  1,
  all(
    (x) => x.respond(200, { connection: "close" }, x.good),
    (x) => x.socket.end(),
  ),
  {
    callsBefore: 1,
  },
);
fault("an answer that nobody asked for follows on the kept connection", "data", 1, all(ok, ok), {
  callsBefore: 1,
});

// ── proxies ──────────────────────────────────────────────────────────────────────────────────────────────────────────
fault = add("proxies");
fault("403 with a firewall's page", "BLOCKED", 1, page(403));
fault("403 without a body", "BLOCKED", 1, status(403));
fault("403 with somebody's JSON", "BLOCKED", 1, status(403, { message: "Forbidden" }));
fault("404 with a page", "NOT_FOUND", 1, page(404));
fault("407 with a page", "INVALID_RESPONSE", 1, page(407), { onWeb: { outcome: "CONNECTION", attempts: 3 } });
fault("451 with a page", "BLOCKED", 1, page(451));
fault(
  "451 with Binance's words",
  "BLOCKED",
  1,
  status(451, refusal(0, "Service unavailable from a restricted location.")),
);
fault("511, a network that wants a login", "UNAVAILABLE", 3, page(511));
fault("200 with a login page", "INVALID_RESPONSE", 1, page(200));
fault("200 with somebody else's JSON", "INVALID_RESPONSE", 1, status(200, { status: "ok" }));
fault(
  "HTTP/1.0",
  "data",
  1,
  closeAfter((x) => `HTTP/1.0 200 OK\r\n\r\n${x.good}`),
);
fault(
  "100 Continue before the answer",
  "data",
  1,
  all((x) => x.write("HTTP/1.1 100 Continue\r\n\r\n"), ok),
  { onWeb: { outcome: "CONNECTION", attempts: 3 } },
);
fault(
  "103 Early Hints before the answer",
  "data",
  1,
  all((x) => x.write("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"), ok),
);
fault("101 Switching Protocols", "CONNECTION", 3, (x) =>
  x.write("HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n"),
);
fault("something that is not HTTP", "CONNECTION", 3, (x) => x.socket.end("SSH-2.0-OpenSSH_9.2\r\n"));
fault("two lengths that differ", "CONNECTION", 3, (x) =>
  x.socket.end(`HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 5\r\n\r\n{}`),
);
fault("length and chunks at once", "CONNECTION", 3, (x) =>
  x.socket.end(
    "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
  ),
);
fault("a refusal that quotes the request", "INVALID_PARAMETER", 1, (x) =>
  x.respond(400, {}, JSON.stringify(refusal(-1100, `Illegal: ${x.target}`))),
);
fault("a page that quotes the request", "INVALID_RESPONSE", 1, (x) =>
  x.respond(200, { "content-type": "text/html" }, `<p>${x.target}</p>`),
);

// ── process killed ───────────────────────────────────────────────────────────────────────────────────────────────────
fault = add("process killed");
fault("mid-call, and nobody comes back", "CONNECTION", 3, nothing, { listen: "killed" });

// ── key, account and maintenance ─────────────────────────────────────────────────────────────────────────────────────
fault = add("key, account and maintenance");
for (const [code, msg] of [
  [-21001, "USER_IS_NOT_UNIACCOUNT"],
  [-9000, "USER_IS_NOT_UNIACCOUNT"],
  [-2008, "Invalid Api-Key ID."],
  [-2017, "API Keys are locked on this account."],
  [-1099, "Not found, unauthenticated, or unauthorized."],
  [-1109, "Invalid account."],
  [-1135, "Invalid account status."],
  [-4109, "This account is inactive."],
] as const) {
  fault(`400 ${code}`, "UNAUTHORIZED", 1, status(400, refusal(code, msg)));
}
fault("404 -1099", "UNAUTHORIZED", 1, status(404, refusal(-1099)));
fault("403 -2015", "UNAUTHORIZED", 1, status(403, refusal(-2015)));
fault(
  "400 with a new code, about the account",
  "UNAUTHORIZED",
  1,
  status(400, refusal(-7777, "No account.")),
);
for (const code of [-1004, -1016, -1034])
  fault(`400 ${code}, then good`, "data", 2, first(status(400, refusal(code)), ok));
const maintenance = { "239999": "The system is under maintenance." };
for (const code of [200, 400, 503])
  fault(`maintenance with ${code}`, "UNAVAILABLE", 3, status(code, maintenance));
for (const validate of ["report", "off"] as const)
  fault(`maintenance with 200, validate: "${validate}"`, "UNAVAILABLE", 3, status(200, maintenance), {
    options: { validate },
  });
fault("maintenance, then good", "data", 2, first(status(200, maintenance), ok));
for (const code of [400, 404])
  fault(`${code} -5000`, "NOT_FOUND", 1, status(code, refusal(-5000, "Path /x, Method GET is invalid")));
const challenge = { "x-amzn-waf-action": "challenge" };
fault("the firewall's challenge", "BLOCKED", 1, status(202, "", challenge));
fault("the firewall's captcha", "BLOCKED", 1, page(405, { "x-amzn-waf-action": "captcha" }));
fault("405 with a page", "INVALID_RESPONSE", 1, page(405));
fault("a refusal that quotes the caller's address", "UNAUTHORIZED", 1, (x) =>
  x.respond(401, {}, JSON.stringify(refusal(-2015, "Invalid API-key, request ip: 203.0.113.9"))),
);

export const faults: readonly Fault[] = rows;
