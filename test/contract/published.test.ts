import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { OperationId } from "../../src/index.js";
import { violations } from "../../src/response/schema.js";
import { schemaOf } from "../../src/response/schemas.js";
import { examples } from "../support/document.js";

const folder = new URL("../published/", import.meta.url);
const published = readdirSync(folder)
  .filter((file) => file.endsWith(".json"))
  .map((file) => ({
    file,
    id: file.split(".")[0] as OperationId,
    body: JSON.parse(readFileSync(new URL(file, folder), "utf8")),
  }));

test("all twelve published examples are here", () => expect(published).toHaveLength(12));

test.each(published)("the published example $file matches the document", ({ id, body }) => {
  expect(violations(schemaOf(id), body)).toEqual([]);
});

test.each(published)("every field of $file is in the examples of the document", ({ id, body }) => {
  const documented = fieldsOf(
    examples.filter(({ operationId }) => operationId === id).map(({ value }) => value),
  );
  expect(documented).toEqual(expect.arrayContaining(fieldsOf(body)));
});

function fieldsOf(value: unknown, path = ""): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((item) => fieldsOf(item, path)))];
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([name, field]) => fieldsOf(field, `${path}.${name}`));
}
