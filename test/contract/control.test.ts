import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, describe, expect, test } from "vitest";
import { faultNames } from "../../src/mock/fault-rules.js";
import { startMock } from "../../src/mock/index.js";
import { call, control, type Reply, send } from "../support/raw.js";

interface Operation {
  operationId: string;
  parameters?: unknown[];
  requestBody?: {
    $ref?: string;
    content?: Record<string, { examples?: Record<string, { value: unknown }> }>;
  };
  responses: Record<string, { $ref?: string; content?: Record<string, { schema: object }> }>;
}

const document = JSON.parse(
  readFileSync(new URL("../../generated/mock-openapi.json", import.meta.url), "utf8"),
) as {
  info: { version: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: { FaultRule: { properties: { fault: { enum: string[] } } } } };
};

// References point into the document, so the document is a schema that holds all others.
const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema(document, "mock");

const at = (...keys: string[]) =>
  `mock#/${keys.map((key) => encodeURIComponent(key.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/")}`;
const look = <T>(ref: string): T =>
  ref
    .slice(2)
    .split("/")
    .reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], document) as T;

/** What a response breaks of its documented schema; undefined where it keeps to it. */
function violations(path: string, method: string, reply: Reply): unknown {
  const operation = document.paths[path]?.[method] as Operation;
  const status = String(reply.status) in operation.responses ? String(reply.status) : "default";
  const given = operation.responses[status];
  if (!given) return `${reply.status} is not documented`;
  const keys = given.$ref ? given.$ref.slice(2).split("/") : ["paths", path, method, "responses", status];
  const { content } = given.$ref ? look<typeof given>(given.$ref) : given;
  const type = (reply.headers["content-type"] ?? "").replace(/;.*/, "");
  if (!content) return reply.text === "" ? undefined : "a body is not documented";
  if (!(type in content)) return `${type} is not documented`;
  const validate = ajv.getSchema(at(...keys, "content", type, "schema"));
  if (!validate) return "there is no schema";
  return validate(type.includes("ndjson") ? reply.text : reply.body) ? undefined : validate.errors;
}

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);
const mock = await startMock({ scenario: "hedge" });
afterAll(() => mock.close());

test("the document names what the mock lists, and no more", async () => {
  const { body } = await send(mock.url, "/__mock");
  expect(operations.map(({ path, method }) => `${method.toUpperCase()} ${path}`).sort()).toEqual(
    Object.keys(body).sort(),
  );
  const faults = document.components.schemas.FaultRule.properties.fault.enum;
  expect([...faults].sort()).toEqual([...faultNames].sort());
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  expect(document.info.version).toBe(version);
});

test("the mock serves the document", async () => {
  expect((await control(mock.url, "GET", "/openapi.json")).body).toEqual(document);
});

describe.each(operations)("$method $path", ({ path, method, operation }) => {
  const ask = (body?: unknown, query = "", apiKey?: string) =>
    control(mock.url, method.toUpperCase(), `${path.slice("/__mock".length)}${query}`, body, apiKey);
  const given = operation.requestBody;
  const { content = {} } = given?.$ref ? look<{ content?: typeof given.content }>(given.$ref) : (given ?? {});
  const bodies = Object.values(content ?? {}).flatMap(({ examples = {} }) => Object.entries(examples));

  test("responds as documented, to each example", async () => {
    // Something of everything stands in the journal.
    await call(mock);
    await call({ ...mock, url: mock.url, apiKey: mock.apiKey, secret: "wrong", clock: mock.clock });
    for (const [, { value }] of bodies.length > 0 ? bodies : [["", { value: undefined }] as const]) {
      const account = operation.operationId === "removeAccount" ? mock.createAccount().apiKey : undefined;
      const reply = await ask(value, "", account);
      expect(reply.status, reply.text).toBeLessThan(300);
      expect(violations(path, method, reply)).toBeUndefined();
    }
    mock.reset();
  });

  test("refuses as documented what it does not know", async () => {
    const wrong = await ask(undefined, "?nothing=1");
    expect([wrong.status, wrong.body.title]).toEqual([
      400,
      expect.stringContaining('Unknown parameter "nothing"'),
    ]);
    if ("400" in operation.responses || "default" in operation.responses)
      expect(violations(path, method, wrong)).toBeUndefined();
    if (!("401" in operation.responses)) return;
    const stranger = await ask(undefined, "", "nobody");
    expect([stranger.status, violations(path, method, stranger)]).toEqual([401, undefined]);
  });
});

test.each(["json", "har", "ndjson"])("the journal as %s is as documented", async (format) => {
  await call(mock);
  await call({ ...mock, url: mock.url, apiKey: mock.apiKey, secret: "wrong", clock: mock.clock });
  const reply = await control(mock.url, "GET", `/journal?format=${format}`);
  expect(violations("/__mock/journal", "get", reply)).toBeUndefined();
});

test("a response that differs from the document is noticed", () => {
  const headers = { "content-type": "application/json" };
  const reply = {
    status: 200,
    headers,
    text: "{}",
    body: { now: "noon", frozen: false },
  } as unknown as Reply;
  expect(violations("/__mock/clock", "get", reply)).toMatchObject([{ instancePath: "/now" }]);
  expect(violations("/__mock/clock", "get", { ...reply, status: 201 })).toBe("201 is not documented");
});
