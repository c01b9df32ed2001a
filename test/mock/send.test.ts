import { createHmac } from "node:crypto";
import { get } from "node:http";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { createClient } from "../../src/index.js";
import { type FaultRule, type Mock, startMock } from "../../src/mock/index.js";
import { errorOf } from "../support/errors.js";
import { call, outcome, send } from "../support/raw.js";

const um = "/papi/v1/um/account";

describe("on the wire", () => {
  test.each<[name: string, fault: FaultRule, outcome: string]>([
    ["html", { fault: "html" }, "403"],
    ["html with another status", { fault: "html", status: 502 }, "502"],
    ["empty", { fault: "empty" }, "200"],
    ["empty with 202", { fault: "empty", status: 202 }, "202"],
    ["wrongShape", { fault: "wrongShape" }, "200"],
    ["redirect", { fault: "redirect", status: 307 }, "307"],
    ["reset before headers", { fault: "reset" }, "ECONNRESET"],
    ["reset during headers", { fault: "reset", when: "duringHeaders" }, "ECONNRESET"],
    ["reset after headers", { fault: "reset", when: "afterHeaders" }, "ECONNRESET"],
    ["truncatedBody", { fault: "truncatedBody" }, "ECONNRESET"],
    ["an error behind a 200", { fault: "error", example: "keyRejected", status: 200 }, "200"],
    ["an error with another 5XX", { fault: "error", example: "overloaded", status: 504 }, "504"],
  ])("%s", async (_name, fault, expected) => {
    await using mock = await startMock({ faults: [fault] });
    expect(await outcome(mock)).toBe(expected);
    expect(mock.journal.entries.at(-1)?.faults).toEqual([fault.fault]);
    mock.faults.clear();
    expect(await outcome(mock)).toBe("200");
  });

  test("the body is empty, a page, cut, or of another shape", async () => {
    await using mock = await startMock({ faults: [{ fault: "empty" }] });
    const body = async (...faults: FaultRule[]) => {
      mock.faults.clear();
      mock.faults.add(...faults);
      return call(mock);
    };
    expect((await body({ fault: "empty" })).text).toBe("");
    expect((await body({ fault: "html" })).headers["content-type"]).toBe("text/html");
    expect((await body({ fault: "wrongShape" })).body).toEqual({ result: "ok", data: null });
    const cut = await fetchHead(mock, { fault: "truncatedBody" });
    expect(cut.promised).toBe(2 * cut.arrived - (cut.promised % 2));
    expect((await fetchHead(mock, { fault: "reset", when: "afterHeaders" })).status).toBe(200);
  });

  test("delay and slowBody take their time, and nothing is lost", async () => {
    await using mock = await startMock({
      faults: [
        { fault: "delay", ms: 60 },
        { fault: "slowBody", ms: 50 },
      ],
    });
    const begin = performance.now();
    const { status, body } = await call(mock);
    expect([status, body.assets]).toEqual([200, expect.any(Array)]);
    // Timers may fire a millisecond early, never much.
    expect(performance.now() - begin).toBeGreaterThanOrEqual(100);
  });

  test("a hang ends when the client goes, and is in the journal as no answer", async () => {
    await using mock = await startMock({ faults: [{ fault: "hang" }] });
    const finished = new Promise((resolve) => mock.journal.onEntry(resolve));
    const binance = createClient({
      baseUrl: mock.url,
      apiKey: mock.apiKey,
      secret: mock.secret,
      timeout: 150,
      retry: { attempts: 1 },
    });
    expect((await errorOf(() => binance.getUmAccount())).code).toBe("TIMEOUT");
    expect(await finished).toMatchObject({ status: 0, faults: ["hang"] });
  });

  test("clockOffset moves Date, noWeightHeader leaves the header out", async () => {
    const now = 1_657_707_212_000;
    await using mock = await startMock({
      now: () => now,
      faults: [{ fault: "clockOffset", ms: -90_000 }, { fault: "noWeightHeader" }],
    });
    const { headers } = await call(mock);
    expect([Date.parse(headers.date ?? ""), headers["x-mbx-used-weight-1m"]]).toEqual([
      now - 90_000,
      undefined,
    ]);
  });

  test("whoever follows a redirect is noted, with the key that it brings", async () => {
    await using mock = await startMock({ faults: [{ fault: "redirect" }] });
    const { headers } = await call(mock);
    expect(headers.location).toBe("/__mock/elsewhere");
    await send(mock.url, headers.location ?? "", { headers: { "X-MBX-APIKEY": mock.apiKey } });
    expect(mock.journal.warnings).toEqual([
      expect.stringMatching(/a redirect was followed, with its API key/),
    ]);
    mock.faults.clear();
    mock.faults.add({ fault: "redirect", to: "https://example.com/" });
    expect((await call(mock)).headers.location).toBe("https://example.com/");
  });
});

/** Reads the answer's head and as much of its body as comes. */
async function fetchHead(mock: Mock, fault: FaultRule) {
  mock.faults.clear();
  mock.faults.add(fault);
  const query = `timestamp=${Date.now()}`;
  const signature = createHmac("sha256", mock.secret ?? "")
    .update(query)
    .digest("hex");
  const response = await fetch(`${mock.url}${um}?${query}&signature=${signature}`, {
    headers: { "X-MBX-APIKEY": mock.apiKey },
  });
  let arrived = 0;
  try {
    for await (const chunk of response.body ?? []) arrived += chunk.length;
  } catch {}
  return { status: response.status, promised: Number(response.headers.get("content-length")), arrived };
}

describe("headers and encodings", () => {
  test.each<[fault: FaultRule["fault"], header: string]>([
    ["noDate", "date"],
    ["noRetryAfter", "retry-after"],
    ["noWeightHeader", "x-mbx-used-weight-1m"],
  ])("%s leaves out %s, of a refusal too", async (fault, header) => {
    await using mock = await startMock({ limits: { papi: 0 }, faults: [{ fault, nth: 2 } as FaultRule] });
    const [first, second] = [await call(mock), await call(mock)];
    expect([first.status, second.status, header in first.headers, header in second.headers]).toEqual([
      429,
      429,
      true,
      false,
    ]);
  });

  test.each<["gzip" | "br", (bytes: Buffer) => Buffer]>([
    ["gzip", gunzipSync],
    ["br", brotliDecompressSync],
  ])("%s compresses for those who accept it", async (fault, decompress) => {
    await using mock = await startMock({ scenario: "manyPositions", faults: [{ fault }] });
    const plain = await call(mock, um, "", {
      headers: { "X-MBX-APIKEY": mock.apiKey, "Accept-Encoding": "identity" },
    });
    expect([plain.headers["content-encoding"], plain.headers.vary, plain.body.positions]).toEqual([
      undefined,
      "Accept-Encoding",
      expect.any(Array),
    ]);
    const headers = { "X-MBX-APIKEY": mock.apiKey, "Accept-Encoding": `deflate, ${fault};q=0.8` };
    const { bytes, headers: answered } = await rawCall(mock, headers);
    expect([answered["content-encoding"], Number(answered["content-length"])]).toEqual([fault, bytes.length]);
    expect(JSON.parse(decompress(bytes).toString()).positions).toHaveLength(500);
    const binance = createClient({ baseUrl: mock.url, apiKey: mock.apiKey, secret: mock.secret });
    expect((await binance.getUmAccount()).positions).toHaveLength(500);
  });

  test("chunked sends no length, and arrives whole", async () => {
    await using mock = await startMock({ scenario: "hedge", faults: [{ fault: "chunked" }] });
    const { headers, body } = await call(mock);
    expect([headers["transfer-encoding"], headers["content-length"]]).toEqual(["chunked", undefined]);
    expect(body.positions).toHaveLength(4);
  });
});

/** A signed call and its body as it came. */
function rawCall(
  mock: Mock,
  headers: Record<string, string>,
): Promise<{ bytes: Buffer; headers: Record<string, string> }> {
  const query = `timestamp=${Date.now()}`;
  const signature = createHmac("sha256", String(mock.secret)).update(query).digest("hex");
  return new Promise((resolve, reject) => {
    const path = `${um}?${query}&signature=${signature}`;
    get(`${mock.url}${path}`, { headers, agent: false }, async (response) =>
      resolve({
        bytes: Buffer.concat(await response.toArray()),
        headers: response.headers as Record<string, string>,
      }),
    ).on("error", reject);
  });
}
