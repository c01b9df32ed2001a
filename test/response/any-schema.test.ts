import { Ajv } from "ajv";
import fc from "fast-check";
import ts from "typescript";
import { expect, test } from "vitest";
import { checkOf } from "../../scripts/steps/answers.js";
import type { Schema as DocumentSchema, OpenApiDocument } from "../../scripts/steps/document.js";
import { typeOf } from "../../scripts/steps/interfaces.js";
import { checkBody, decimalPattern, type Schema, violations } from "../../src/response/schema.js";
import { runs } from "../support/world.js";

// Documents of every kind that may be written: the client's walk, the types and ajv agree on what fits them.

const empty = { components: { schemas: {} }, paths: {} } as unknown as OpenApiDocument;
const names = fc.constantFrom("symbol", "amt", "kind", "a-b", "__x", "nested", "列");
const words = { description: "x", examples: ["x"] };

const scalars: fc.Arbitrary<DocumentSchema> = fc.oneof(
  fc.constant({ type: "string", ...words }),
  fc
    .record({ minLength: fc.nat(2), maxLength: fc.integer({ min: 2, max: 4 }) })
    .map((limits) => ({ type: "string", ...limits })),
  fc.constant({ type: "string", format: "decimal", pattern: decimalPattern }),
  fc.constant({ type: "string", enum: ["A", "B"] }),
  fc.constant({
    anyOf: [
      { type: "string", enum: ["A", "B"] },
      { type: "string", description: "x" },
    ],
  }),
  fc.constant({ type: "boolean" }),
  fc
    .record({ minimum: fc.integer({ min: -2, max: 0 }), maximum: fc.integer({ min: 1, max: 3 }) })
    .map((limits) => ({ type: "integer", ...limits })),
  fc.constant({ type: "integer", enum: [1, 2] }),
  fc.constant({ type: ["integer", "null"], minimum: 0 }),
  fc.constant({ type: ["string", "null"] }),
);

const { schema } = fc.letrec<{ schema: DocumentSchema; object: DocumentSchema }>((tie) => ({
  schema: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    scalars,
    tie("object"),
    tie("schema").map((items) => ({ type: "array", items })),
    tie("schema").map((values) => ({ type: "object", additionalProperties: values })),
    tie("object").map((one) => ({ anyOf: [one, { type: "null" }] })),
    fc.tuple(tie("object"), tie("object")).map((branches) => ({
      oneOf: branches.map((branch, i) => withKind(branch, `K${i}`)),
      discriminator: { propertyName: "kind" },
    })),
  ),
  object: fc
    .uniqueArray(fc.tuple(names, tie("schema"), fc.boolean()), { selector: ([name]) => name, maxLength: 3 })
    .map((fields) => ({
      type: "object",
      properties: Object.fromEntries(fields.map(([name, schema]) => [name, schema])),
      required: fields.filter(([, , required]) => required).map(([name]) => name),
    })),
}));

/** An object that a field tells from others. */
function withKind(branch: DocumentSchema, kind: string): DocumentSchema {
  const { properties, required } = branch as { properties: object; required: string[] };
  return {
    type: "object",
    properties: { ...properties, kind: { type: "string", const: kind } },
    required: [...new Set([...required, "kind"])],
  };
}

const sharp = fc.constantFrom<unknown>(
  "A",
  "C",
  "",
  "1",
  "0E-8",
  "1e",
  "abcde",
  "é😀",
  0,
  1,
  2,
  7,
  -3,
  1.5,
  true,
  null,
  [],
  {},
);

interface Keywords {
  type?: unknown;
  enum?: unknown[];
  items?: DocumentSchema;
  properties?: Record<string, DocumentSchema>;
  required?: readonly string[];
  additionalProperties?: DocumentSchema;
}

/** A value that mostly follows a schema. */
function fitting(schema: DocumentSchema): fc.Arbitrary<unknown> {
  const { type, enum: values, items, properties, required, additionalProperties } = schema as Keywords;
  const branches = ((schema.anyOf ?? schema.oneOf) as DocumentSchema[] | undefined)?.map(fitting);
  const kinds: Record<string, () => fc.Arbitrary<unknown>> = {
    null: () => fc.constant(null),
    boolean: () => fc.boolean(),
    integer: () => (values ? fc.constantFrom(...values) : fc.integer({ min: 0, max: 1 })),
    string: () =>
      schema.const !== undefined
        ? fc.constant(schema.const)
        : values
          ? fc.constantFrom(...values)
          : schema.pattern
            ? fc.constantFrom("1", "-1.50", "2.8E-4")
            : fc.constantFrom("ab", "abc", "é😀"),
    array: () => fc.array(fitting(items ?? {}), { maxLength: 3 }),
    object: () =>
      additionalProperties
        ? fc.dictionary(fc.constantFrom("p", "q"), fitting(additionalProperties), { maxKeys: 2 })
        : fc.record(
            Object.fromEntries(Object.entries(properties ?? {}).map(([name, one]) => [name, fitting(one)])),
            { requiredKeys: (required ?? []) as never[] },
          ),
  };
  const good = branches
    ? fc.oneof(...branches)
    : fc.oneof(...[type].flat().map((one) => (kinds[String(one)] as () => fc.Arbitrary<unknown>)()));
  return fc.oneof({ weight: 12, arbitrary: good }, { weight: 1, arbitrary: sharp });
}

const ajv = new Ajv({ strict: false, validateFormats: false, discriminator: false });
const ours = (schema: DocumentSchema) =>
  new Function(`return ${checkOf(empty, schema, "random", new Map())}`)() as Schema;

const cases = schema.chain((schema) =>
  fc.tuple(fc.constant(schema), fc.array(fitting(schema), { minLength: 1, maxLength: 6 })),
);

test("the client's walk and ajv give the same verdict, and what is wrong is said when something is", () => {
  const seen = { valid: 0, invalid: 0 };
  fc.assert(
    fc.property(cases, ([schema, values]) => {
      const judge = ajv.compile(structuredClone(schema));
      const check = ours(schema);
      for (const value of values.map((value) => JSON.parse(JSON.stringify(value)))) {
        const valid = judge(value) as boolean;
        seen[valid ? "valid" : "invalid"] += 1;
        expect([checkBody(check, value).matches, violations(check, value).length === 0]).toEqual([
          valid,
          valid,
        ]);
      }
    }),
    { numRuns: runs(500) },
  );
  expect(Math.min(seen.valid, seen.invalid)).toBeGreaterThan(60);
});

test("what fits a document fits its types", () => {
  const lines: string[] = [];
  fc.assert(
    fc.property(cases, ([schema, values]) => {
      const judge = ajv.compile(structuredClone(schema));
      for (const value of values) {
        const text = JSON.stringify(value);
        if (judge(JSON.parse(text)) && lines.length < 400)
          lines.push(`const v${lines.length}: ${typeOf(schema)} = ${text};`);
      }
    }),
    { numRuns: 300 },
  );
  const name = "/random.ts";
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2022.d.ts"],
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getSourceFile = (file, ...rest) =>
    file === name
      ? ts.createSourceFile(file, lines.join("\n"), ts.ScriptTarget.ES2022)
      : getSourceFile(file, ...rest);
  const program = ts.createProgram([name], options, host);
  const wrong = ts.getPreEmitDiagnostics(program).map(({ messageText, file, start = 0 }) => {
    const line = file ? lines[ts.getLineAndCharacterOfPosition(file, start).line] : "";
    return `${line}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
  });
  expect(lines.length).toBeGreaterThan(100);
  expect(wrong).toEqual([]);
});

test.each([
  [{ type: "number" }, '`type: "number"`'],
  [{ type: "string", not: {} }, "`not`"],
  [{ oneOf: [{ type: "string" }] }, "`oneOf` without a `discriminator.propertyName`"],
  [
    { oneOf: [{ type: "object", properties: {} }], discriminator: { propertyName: "kind" } },
    "a branch of `oneOf` that does not require `kind`",
  ],
  [{ anyOf: [{ type: "integer" }, { type: "boolean" }] }, "`anyOf` without a branch for any string or null"],
  [{ type: "object", additionalProperties: false }, "`additionalProperties: false`"],
  [{ type: "array" }, "a list without `items`"],
])("%j is refused by name", (schema, what) => {
  expect(() => ours(schema)).toThrow(`random: the client cannot check ${what}`);
});
