import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { Agent } from "node:http";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { operations, servers } from "../../generated/operations.js";
import { add, cmp, type DecimalText, div, mul, sub } from "../../src/decimal.js";
import { readDecimal, toText } from "../../src/fixed-point.js";
import { BinanceError, type ClientOptions, createClient, type OperationId } from "../../src/index.js";
import { startMock } from "../../src/mock/index.js";
import { operationIds } from "../../src/operations.js";
import { assertExact, InvalidJson, parseJson } from "../../src/response/json.js";
import { callWithRequired, examples } from "../support/document.js";
import { control, type Reply, send } from "../support/raw.js";
import { World } from "../support/world.js";
import { headerValue, near, target } from "./inputs.js";

/** Something that reads what comes from outside. */
export interface Target {
  inputs: fc.Arbitrary<unknown>;
  /** Reads one input; throws where the promise about it is broken. */
  read(input: never): unknown;
  close?(): unknown;
}

const must = (holds: boolean, promise: string) => {
  if (!holds) throw new Error(promise);
};

const goodBodies = examples.map(({ value }) => JSON.stringify(value));
const refusals = [
  '{"code":-1021,"msg":"Timestamp for this request is outside of the recvWindow."}',
  '{"code":-1003,"msg":"Way too many requests; IP banned until 1657707632154."}',
  '{"code":-2015,"msg":"Invalid API-key, IP, or permissions for action."}',
  "<html><body>403 Forbidden</body></html>",
];

/** Every call ends in data or in a BinanceError, whatever the server says. */
const endsWell = (call: Promise<unknown>) =>
  call.then(
    (data) => must(typeof data === "object" && data !== null, "a call resolves with a body"),
    (error) => {
      if (!(error instanceof BinanceError)) throw error;
    },
  );

interface Said {
  operation: OperationId;
  status: number;
  body: string;
  headers: Record<string, string>;
}

const call = ({ operation, status, body, headers }: Said) => {
  const { binance } = new World(() => ({ latency: 10, status, body, headers }));
  return endsWell(callWithRequired(binance, operation, {}, { timeout: 100_000 }));
};

const [anyId] = operationIds as [OperationId];
/** So much that no input waits for it. */
const unlimited = Object.fromEntries(Object.keys(servers).map((name) => [name, 2 ** 40]));
const operation = fc.constantFrom(...operationIds);

/** A reply of the exchange or of the control interface, in the form that is promised. */
function mustBeReply({ status, body, text }: Reply) {
  must(status >= 200 && status < 500, `a status below 500; received ${status} ${text.slice(0, 200)}`);
  if (status < 400 || text === "") return;
  must("code" in body || "title" in body || text.startsWith("<"), `a reason; received ${text.slice(0, 200)}`);
}

const pem = ({ privateKey }: { privateKey: KeyObject }) =>
  privateKey.export({ type: "pkcs8", format: "pem" }).toString();

/** What is fuzzed, by name. */
export const targets: Record<string, () => Target | Promise<Target>> = {
  "response bodies": () => ({
    inputs: fc.record({
      operation,
      status: fc.constantFrom(200, 200, 200, 400, 401, 403, 418, 429, 500, 503),
      body: near(...goodBodies, ...refusals),
      headers: fc.constant({}),
    }),
    read: call,
  }),

  "Retry-After, Date and weight": () => ({
    inputs: fc.record({
      operation,
      status: fc.constantFrom(200, 400, 418, 429, 503),
      body: fc.constantFrom(...goodBodies, ...refusals),
      headers: fc.dictionary(
        fc.constantFrom("retry-after", "date", "x-mbx-used-weight-1m", "age", "content-type"),
        near("1", "60", "Wed, 13 Jul 2022 10:13:32 GMT", "2026-01-01T00:00:00Z", "6000").map(headerValue),
      ),
    }),
    read: call,
  }),

  JSON: () => ({
    inputs: near(...goodBodies, ...refusals, '{"a":[1,-2.5e3,null,true,"\\u0061"],"b":{"c":{}}}'),
    read(text: string) {
      let value: unknown;
      try {
        value = parseJson(text);
        assertExact(text, value, () => true);
      } catch (error) {
        if (error instanceof InvalidJson) return;
        throw error;
      }
      must(isDeepStrictEqual(value, JSON.parse(text)), "what is accepted is what JSON.parse reads");
    },
  }),

  decimals: () => {
    const text = near("0", "-0.00000001", "122607.35137903", "2.8E-4", "1e30", "9".repeat(30), "");
    return {
      inputs: fc.record({ text, other: text }),
      read({ text, other }: { text: string; other: string }) {
        const value = readDecimal(text);
        if (value !== undefined)
          must(readDecimal(toText(value, 24)) === value, "a decimal reads back as it was written");
        try {
          const [a, b] = [text as DecimalText | "", other as DecimalText | ""];
          const difference = sub(add(a, b), b);
          must(difference === "" || cmp(difference, a) === 0, "what is added and taken away is gone");
          mul(a, b);
          div(a, b, 8);
        } catch (error) {
          if (!(error instanceof BinanceError)) throw error;
        }
      },
    };
  },

  "PEM and keys": () => ({
    inputs: fc.record({
      as: fc.constantFrom("secret", "privateKey", "der"),
      text: near(
        pem(generateKeyPairSync("ed25519")),
        pem(generateKeyPairSync("rsa", { modulusLength: 2048 })),
        pem(generateKeyPairSync("ec", { namedCurve: "P-256" })),
        "a1b2c3".repeat(10),
      ),
    }),
    read({ as, text }: { as: string; text: string }) {
      const der = () => Buffer.from(text.replace(/-----[^-]+-----/g, ""), "base64");
      const key = as === "der" ? { privateKey: der() } : { [as]: text };
      const fetch = async () => new Response(refusals[0], { status: 400 });
      const options = { apiKey: "a".repeat(64), ...key, fetch } as unknown as ClientOptions;
      return endsWell((async () => callWithRequired(createClient(options), anyId))());
    },
  }),

  "query of the gate": async () => {
    const mock = await startMock({ limits: unlimited });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const query = `recvWindow=5000&timestamp=${Math.floor(mock.clock.now())}&signature=${"0".repeat(64)}`;
    return {
      inputs: fc.record({
        path: near(...operationIds.map((id) => `${operations[id].path.slice(1)}?${query}`)).map(target),
        key: fc.constantFrom(mock.apiKey, "", "x"),
      }),
      async read({ path, key }: { path: string; key: string }) {
        mustBeReply(await send(mock.url, path, { agent, headers: { "X-MBX-APIKEY": key } }));
      },
      async close() {
        agent.destroy();
        await mock.close();
      },
    };
  },

  "control interface": async () => {
    const mock = await startMock({ limits: unlimited });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const { body: actions } = await control(mock.url, "GET", "");
    const places = Object.keys(actions).map((action) => action.split(" ")[1]?.slice(1) ?? "");
    return {
      inputs: fc.record({
        method: fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"),
        path: near(...places, "__mock/journal?format=har&after=1&last=5").map(target),
        body: fc.option(near(...bodies, ...goodBodies), { nil: undefined }),
      }),
      async read({ method, path, body }: { method: string; path: string; body: string | undefined }) {
        mustBeReply(await send(mock.url, path, { method, agent, ...(body !== undefined && { body }) }));
      },
      async close() {
        agent.destroy();
        await mock.close();
      },
    };
  },
};

/** Bodies that the control interface accepts. */
const bodies = [
  '{"scenario":"hedge","um":{"assets":[{"asset":"USDT","walletBalance":"100.5"}]}}',
  '[{"fault":"error","status":503,"code":-1000,"msg":"text","times":2}]',
  '{"now":1657707212154,"frozen":true}',
  '{"apiKey":"abc","secret":"def","servers":["papi"],"addresses":["127.0.0.1"]}',
  '{"papi":6000,"patience":2}',
];
