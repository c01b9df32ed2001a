import { Ajv, type ValidateFunction } from "ajv";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { operations } from "../../generated/operations.js";
import type { OperationId } from "../../src/index.js";
import { schemaOf } from "../../src/operations.js";
import { assertExact, compactSize } from "../../src/response/json.js";
import { measure, violation } from "../../src/response/schema.js";
import { document, examples } from "../support/document.js";
import { runs } from "../support/world.js";

const ids = Object.keys(operations) as OperationId[];

/** What ajv makes of the document's own schema: another implementation, which the client does not carry. */
const ajv = new Ajv({ strict: false, validateFormats: false });
const judges = new Map<OperationId, ValidateFunction>(
  ids.map((id) => {
    const { path } = operations[id];
    const pointer = `#/paths/${path.replaceAll("/", "~1")}/get/responses/200/content/application~1json/schema`;
    return [id, ajv.compile({ ...(document as object), $id: id, $ref: pointer })];
  }),
);

function expectSameVerdict(id: OperationId, value: unknown): void {
  const judge = judges.get(id) as ValidateFunction;
  const valid = judge(value);
  expect([violation(schemaOf(id), value) === undefined, !Number.isNaN(measure(schemaOf(id), value))]).toEqual(
    [valid, valid],
  );
}

/** What a field may have become. */
const odd = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    1.5,
    1e21,
    2 ** 53,
    "",
    "1",
    "-1.50",
    "1.",
    ".5",
    "1e5",
    "+1",
    "--1",
    "1.2.3",
    "١",
    "0x1",
    "-",
    [],
    {},
    [[]],
  ),
  fc.jsonValue(),
  fc.stringMatching(/^-?\d{0,3}\.?\d{0,3}$/),
);

/** Replaces, removes or adds one thing somewhere in a value. */
function mutate(
  value: unknown,
  path: number[],
  change: { kind: "set" | "drop" | "add"; to: unknown },
): unknown {
  if (typeof value !== "object" || value === null || path.length === 0) return change.to;
  const [step = 0, ...rest] = path;
  const names = Object.keys(value);
  const name = names[step % Math.max(1, names.length)];
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
  if (change.kind === "add") copy[Array.isArray(value) ? value.length : "added"] = change.to;
  else if (name !== undefined && rest.length === 0 && change.kind === "drop" && !Array.isArray(value))
    delete copy[name];
  else if (name !== undefined) copy[name] = mutate(copy[name], rest, change);
  return copy;
}

describe.each(ids)("%s", (id) => {
  const own = examples.filter(({ operationId }) => operationId === id).map(({ value }) => value);

  test("every example matches, and is as long as it says", () => {
    for (const value of own) {
      expect(violation(schemaOf(id), value)).toBeUndefined();
      const size = measure(schemaOf(id), value);
      if (Number.isFinite(size)) expect(size).toBe(JSON.stringify(value).length);
    }
  });

  test("what is changed is judged as ajv judges it", () => {
    const change = fc.record({ kind: fc.constantFrom("set", "drop", "add"), to: odd });
    const path = fc.array(fc.nat(40), { minLength: 0, maxLength: 4 });
    fc.assert(
      fc.property(fc.constantFrom(...own), path, change, (value, path, change) => {
        const changed = JSON.parse(JSON.stringify(mutate(value, path, change as never)));
        expectSameVerdict(id, changed);
        const size = measure(schemaOf(id), changed);
        // Fields that the document does not know are measured, too; only escaped characters take more room than a value says.
        const text = JSON.stringify(changed);
        if (Number.isFinite(size))
          expect(text.includes("\\") ? size < text.length : size === text.length).toBe(true);
      }),
      { numRuns: runs(400) },
    );
  });
});

test.each([
  [{ assets: [], positions: [] }, undefined],
  [[], { path: "", message: "must be object" }],
  [{ assets: [] }, { path: "", message: "must have required property 'positions'" }],
  [
    { assets: {}, positions: [] },
    { path: "/assets", message: "must be array" },
  ],
  [
    { assets: [{ asset: 1 }], positions: [] },
    { path: "/assets/0", message: "must have required property 'crossWalletBalance'" },
  ],
])("%j: %j", (value, expected) => expect(violation(schemaOf("getUmAccount"), value)).toEqual(expected));

test("a text is as long as its value only if it says nothing else", () => {
  const pieces = fc.array(
    fc.tuple(
      fc.constantFrom("a", "b", "\\u0061", ""),
      fc.constantFrom("0", "1000", "1e3", "1.0", '"x"', '"\\u0078"', "[]", "[1,2]", "-0"),
    ),
  );
  fc.assert(
    fc.property(pieces, (members) => {
      const text = `{${members.map(([name, value]) => `"${name}":${value}`).join(",")}}`;
      const value = JSON.parse(text);
      if (compactSize(value) === text.length) expect(JSON.stringify(value).length).toBe(text.length);
      const names = members.map(([name]) => JSON.parse(`"${name}"`));
      if (new Set(names).size < names.length) expect(() => assertExact(text, value)).toThrow("twice");
      else assertExact(text, value);
    }),
    { numRuns: runs(2000) },
  );
});

test("a field that only Object.prototype has is missing, and what it has besides is no part of the answer", () => {
  const prototype = Object.prototype as { uniMMR?: string; extra?: string };
  const whole = examples.find(({ operationId }) => operationId === "getPortfolioAccount")?.value as {
    uniMMR: string;
  };
  const { uniMMR: _, ...partial } = whole;
  const schema = schemaOf("getPortfolioAccount");
  const size = measure(schema, whole);
  try {
    Object.assign(prototype, { uniMMR: "1", extra: "1" });
    expect([measure(schema, partial), measure(schema, whole), compactSize(whole)]).toEqual([
      Number.NaN,
      size,
      size,
    ]);
  } finally {
    delete prototype.uniMMR;
    delete prototype.extra;
  }
});
