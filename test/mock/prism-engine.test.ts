import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInstance, getHttpOperationsFromSpec, type IHttpConfig } from "@stoplight/prism-http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundlePrism } from "../../scripts/prism/bundle.js";
import { licencesOf } from "../../scripts/prism/licences.js";
import { stubs } from "../../scripts/prism/stubs.js";
import * as source from "../../src/mock/prism-engine.js";
import { document } from "../support/document.js";
import { temporaryFolder } from "../support/process.js";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let metafile: Awaited<ReturnType<typeof bundlePrism>>;
let bundled: typeof source;
beforeAll(async () => {
  folder = await temporaryFolder();
  const file = join(folder.path, "prism-engine.mjs");
  metafile = await bundlePrism(file);
  bundled = await import(/* @vite-ignore */ file);
}, 60_000);
afterAll(() => folder[Symbol.asyncDispose]());

type Instance = ReturnType<typeof createInstance>;
type Request = Parameters<Instance["request"]>[0];

/** An instance with everything that it logs; Prism logs what it decides. */
function instance(create: typeof createInstance): { prism: Instance; log: unknown[] } {
  const log: unknown[] = [];
  const logger: Record<string, unknown> = { child: () => logger };
  for (const level of ["fatal", "error", "warn", "info", "debug", "trace", "success", "note"])
    logger[level] = (...words: unknown[]) => void log.push([level, ...words]);
  return { prism: create(config(), { logger: logger as never }), log };
}

const config = (mock: object = {}): IHttpConfig => ({
  ...{ isProxy: false, validateRequest: true, validateResponse: true, checkSecurity: true, errors: false },
  mock: { dynamic: false, ...mock },
  upstreamProxy: undefined,
});

/** Requests that are right, and wrong in each way that Prism can tell. */
function requests(): { request: Request; mock: object }[] {
  const queries: Record<string, string>[] = [
    { timestamp: "1657707212154", signature: "x" },
    { timestamp: "1657707212154", signature: "x", recvWindow: "5000" },
    { timestamp: "1657707212154", signature: "x", recvWindow: "0" },
    { timestamp: "1657707212154", signature: "x", recvWindow: "many" },
    { timestamp: "now", signature: "x" },
    { timestamp: "-1", signature: "x", pair: "BTCUSD" },
    { timestamp: "1657707212154", signature: "x", marginAsset: "" },
    { signature: "x" },
    { timestamp: "1657707212154" },
    {},
  ];
  const headers: Record<string, string>[] = [
    { "x-mbx-apikey": "x" },
    {},
    { "x-mbx-apikey": "x", accept: "text/html" },
    { "x-mbx-apikey": "x", accept: "application/json;q=0.5, */*" },
    { "x-mbx-apikey": "x", "content-type": "application/json" },
  ];
  const paths = [...Object.keys(document.paths), "/papi/v1/order"];
  const right = {
    query: queries[0] as Record<string, string>,
    headers: headers[0] as Record<string, string>,
  };
  const wrong = paths.flatMap((path) =>
    queries.flatMap((query) =>
      headers.flatMap((header) =>
        (["get", "post"] as const).map((method) => ({
          request: { method, url: { path, query }, headers: header },
          mock: {},
        })),
      ),
    ),
  );
  const codes = [undefined, 200, 400, 401, 403, 404, 408, 418, 429, 500, 503, 302];
  const names = [
    "oneWay",
    "hedge",
    "invalidSignature",
    "overWeight",
    "banned",
    "overloaded",
    "firewall",
    "none",
  ];
  const chosen = paths.flatMap((path) =>
    codes.flatMap((code) =>
      [undefined, ...names].map((exampleKey) => ({
        request: { method: "get" as const, url: { path, query: right.query }, headers: right.headers },
        mock: { ...(code && { code }), ...(exampleKey && { exampleKey }) },
      })),
    ),
  );
  return [...wrong, ...chosen];
}

/** What comes of a request, with nothing in it that could differ from run to run. */
async function outcomeOf(
  { prism }: { prism: Instance },
  operations: typeof source.operations,
  wanted: ReturnType<typeof requests>[number],
) {
  const result = await prism.request(structuredClone(wanted.request), operations, config(wanted.mock))();
  if (result._tag === "Right") return result.right;
  const { name, message, ...more } = result.left as Error & object;
  return { name, message, ...more };
}

test("Prism's reading of the document, made when generating, is what Prism reads at run time", async () => {
  const read = await getHttpOperationsFromSpec(structuredClone(document));
  expect(source.operations).toHaveLength(read.length);
  const keys = ({ iid, method, path }: (typeof read)[number]) => ({ iid, method, path });
  expect(source.operations.map(keys)).toEqual(read.map(keys));
  for (const [index, { responses }] of read.entries()) {
    const ours = source.operations[index]?.responses ?? [];
    const shown = ({ code, contents = [] }: (typeof responses)[number]) => [
      code,
      contents.map(({ mediaType, examples = [] }) => [
        mediaType,
        examples.map((e) => ["value" in e && e.value, e.key]),
      ]),
    ];
    expect(ours.map(shown)).toEqual(responses.map(shown));
  }
});

describe("the bundled Prism", () => {
  test("responds, refuses and logs as the package does that reads the document itself", async () => {
    const [ours, theirs] = [instance(bundled.createInstance), instance(createInstance)];
    const read = await getHttpOperationsFromSpec(structuredClone(document));
    const all = requests();
    let refused = 0;
    for (const wanted of all) {
      const [a, b] = [
        await outcomeOf(ours, bundled.operations, wanted),
        await outcomeOf(theirs, read, wanted),
      ];
      expect(a, JSON.stringify(wanted)).toEqual(b);
      if ("message" in a || (a as { validations: { input: object[] } }).validations.input.length > 0)
        refused += 1;
    }
    expect(all.length).toBeGreaterThan(1000);
    expect(refused).toBeGreaterThan(300);
    const plain = (log: unknown[]) => JSON.parse(JSON.stringify(log).replace(/\\u001b\[\d+m/g, ""));
    // The texts of what was received and is sent stand in lines of their own, which the bundle leaves out.
    const isText = ([level, text]: [level: string, text: unknown]) =>
      level === "debug" && /^[<>] /.test(String(text));
    const decisions = plain(theirs.log).filter((line: [string, unknown]) => !isText(line));
    expect(decisions.length).toBeGreaterThan(all.length);
    expect(plain(ours.log)).toEqual(decisions);
  }, 120_000);

  test("finds every field of every example that breaks its schema, as the package does", async () => {
    const [ours, theirs] = [instance(bundled.createInstance), instance(createInstance)];
    const request = {
      method: "get" as const,
      headers: { "x-mbx-apikey": "x" },
      query: { timestamp: "1657707212154", signature: "x" },
    };
    let found = 0;
    for (const operation of source.operations) {
      const [example] = operation.responses[0]?.contents?.[0]?.examples ?? [];
      for (const broken of brokenCopies((example as { value: unknown }).value)) {
        const changed = structuredClone(operation);
        const [content] = changed.responses[0]?.contents ?? [];
        Object.assign(content as object, { examples: [{ id: "broken", key: "broken", value: broken }] });
        const wanted = {
          request: { ...request, url: { path: operation.path, query: request.query } },
          mock: {},
        };
        const [a, b] = [await outcomeOf(ours, [changed], wanted), await outcomeOf(theirs, [changed], wanted)];
        expect(a).toEqual(b);
        if ((a as { validations: { output: object[] } }).validations.output.length > 0) found += 1;
      }
    }
    expect(found).toBeGreaterThan(30);
  }, 120_000);

  test("holds each stub: none stands in the place of a module that is elsewhere now", () => {
    expect(Object.keys(stubs).filter((name) => !(`stub:${name}` in metafile.inputs))).toEqual([]);
  });

  test("is told by name of what it leaves out", async () => {
    const file = join(folder.path, "stubs.mjs");
    const { build } = await import("esbuild");
    await build({
      stdin: {
        contents: `module.exports = () => {${stubs.seedrandom?.replace("module.exports =", "return")}};`,
        loader: "js",
      },
      outfile: file,
      format: "esm",
      bundle: true,
    });
    const { default: load } = await import(/* @vite-ignore */ file);
    expect(() => load()(7)).toThrow("seedrandom is left out of the mock's copy of Prism.");
    expect(() => new (load().deep.Class)()).toThrow("seedrandom.deep.Class is left out");
    // An operation that asks for random data meets the faker that is not there.
    const { prism } = instance(bundled.createInstance);
    const [operation] = structuredClone(bundled.operations);
    const result = await prism.request(
      {
        method: "get",
        url: { path: operation?.path ?? "", query: { timestamp: "1", signature: "x" } },
        headers: { "x-mbx-apikey": "x" },
      },
      [
        {
          ...operation,
          responses: operation?.responses.map((response) => ({
            ...response,
            contents: response.contents?.map((content) => ({ ...content, examples: [] })),
          })),
        } as never,
      ],
      config({ dynamic: true }),
    )();
    expect(JSON.stringify(result._tag === "Left" ? result.left.message : result.right)).toContain(
      "json-schema-faker.JSONSchemaFaker.generate is left out of the mock's copy of Prism.".replace(
        ".JSONSchemaFaker",
        "",
      ),
    );
  });

  test("comes with the licence of each package that is in it", async () => {
    const text = licencesOf(metafile);
    const packages = [
      ...new Set(
        Object.keys(metafile.inputs).flatMap(
          (file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? [],
        ),
      ),
    ];
    expect(packages.length).toBeGreaterThan(15);
    for (const name of packages) {
      const { version, license } = JSON.parse(
        await readFile(join("node_modules", name, "package.json"), "utf8"),
      );
      expect(text).toContain(`\n${name} ${version}, ${license}\n`);
    }
    expect(text).toContain("Apache License");
    expect(() =>
      licencesOf({
        ...metafile,
        outputs: { x: { inputs: { "test/x/node_modules/none/index.js": { bytesInOutput: 1 } } } } as never,
      }),
    ).toThrow(/ENOENT/);
  });
});

/** Copies of a value with one field dropped, emptied or of another kind. */
function* brokenCopies(value: unknown): Generator<unknown> {
  const places: (string | number)[][] = [];
  const visit = (node: unknown, at: (string | number)[]) => {
    if (node === null || typeof node !== "object") return;
    for (const key of Array.isArray(node) ? [0] : Object.keys(node)) {
      if ((node as Record<string, unknown>)[key] === undefined) continue;
      places.push([...at, key]);
      visit((node as Record<string, unknown>)[key], [...at, key]);
    }
  };
  visit(value, []);
  for (const place of places) {
    for (const by of [undefined, 5, []]) {
      const copy = structuredClone(value) as Record<string, unknown>;
      const parent = place.slice(0, -1).reduce((at, key) => at[key] as Record<string, unknown>, copy);
      const last = place.at(-1) as string;
      if (by === undefined) delete parent[last];
      else parent[last] = by;
      yield copy;
    }
  }
}
