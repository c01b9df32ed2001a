import { Ajv, type ValidateFunction } from "ajv";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { operations } from "../../generated/operations.js";
import type { OperationId } from "../../src/index.js";
import { assertExact, compactSize } from "../../src/response/json.js";
import { checkBody, violations } from "../../src/response/schema.js";
import { schemaOf } from "../../src/response/schemas.js";
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
  expect([violations(schemaOf(id), value).length === 0, checkBody(schemaOf(id), value).matches]).toEqual([
    valid,
    valid,
  ]);
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
    "2.8E-4",
    "0E-8",
    "-1.5e+10",
    "1e",
    "1E+",
    "e5",
    "1e5.5",
    "1.e5",
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
  fc.stringMatching(/^-?\d{0,3}\.?\d{0,3}([eE][+-]?\d{0,2})?$/),
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
      expect(violations(schemaOf(id), value)).toEqual([]);
      const size = checkBody(schemaOf(id), value).shortestLength;
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
        const size = checkBody(schemaOf(id), changed).shortestLength;
        // Fields that the document does not know are measured, too; only escaped characters take more room than a value says.
        const text = JSON.stringify(changed);
        if (Number.isFinite(size))
          expect(text.includes("\\") ? size < text.length : size === text.length).toBe(true);
      }),
      { numRuns: runs(400) },
    );
  });
});

const um = examples.find(({ operationId }) => operationId === "getUmAccount")?.value as
  | { positions: object[] }
  | undefined;
const row = um?.positions[0];

test.each<[value: unknown, ...expected: [path: string, message: string][]]>([
  [{ assets: [], positions: [] }],
  [[], ["", "must be an object; received a list"]],
  [null, ["", "must be an object; received null"]],
  [
    { assets: {} },
    ["assets", "must be a list; received an object"],
    ["positions", "must be there; it is missing"],
  ],
  [
    {
      assets: [],
      positions: [
        { ...row, leverage: 20, entryPrice: "--" },
        { ...row, leverage: 10, symbol: null },
      ],
    },
    ["positions[].leverage", "must be a decimal as text; received a number"],
    ["positions[].entryPrice", 'must be a decimal as text; received "--"'],
    ["positions[].symbol", "must be text; received null"],
  ],
  [
    { assets: [], positions: [{ ...row, positionAmt: "1,234.5", updateTime: -1 }] },
    ["positions[].positionAmt", "must be a decimal as text; received other text"],
    ["positions[].updateTime", "must be an integer from 0; received a number"],
  ],
])("%j", (value, ...expected) => {
  const found = violations(schemaOf("getUmAccount"), value).map(({ path, message }) => [path, message]);
  expect(found.sort()).toEqual(expected.sort());
});

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
      const check = () => assertExact(text, value, () => true);
      if (new Set(names).size < names.length) expect(check).toThrow("twice");
      else expect(check()).toEqual([]);
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
  const { shortestLength } = checkBody(schema, whole);
  try {
    Object.assign(prototype, { uniMMR: "1", extra: "1" });
    expect(checkBody(schema, partial).matches).toBe(false);
    expect(checkBody(schema, whole)).toEqual({ matches: true, shortestLength });
    expect(compactSize(whole)).toBe(shortestLength);
  } finally {
    delete prototype.uniMMR;
    delete prototype.extra;
  }
});
