import { expect, test } from "vitest";
import {
  alternativesOf,
  needsParameters,
  openapi,
  operationOf,
  parametersOf,
  resolve,
  resolveSchema,
  responseSchemaOf,
} from "../src/document.js";
import { operationIds } from "../src/operations.js";
import { callableIds } from "./support/document.js";

test("an operation is found by its id", () => {
  for (const id of operationIds) expect(operationOf(id).operationId).toBe(id);
});

test("parameters are resolved, without those that the client adds", () => {
  expect(parametersOf("getCmPositionRisk").map(({ name }) => name)).toEqual([
    "marginAsset",
    "pair",
    "recvWindow",
  ]);
});

test("an operation needs parameters when one of its own is required", () => {
  expect(operationIds.filter((id) => !needsParameters(id))).toEqual(callableIds);
  const pair = operationOf("getCmPositionRisk").parameters.find(
    (one) => "name" in one && one.name === "pair",
  );
  Object.assign(pair ?? {}, { required: true });
  expect(needsParameters("getCmPositionRisk")).toBe(true);
  Object.assign(pair ?? {}, { required: false });
});

test("a reference is followed to its end", () => {
  const side = openapi.components.schemas.PositionSide;
  expect(resolve({ $ref: "#/components/schemas/PositionSide" })).toBe(side);
  expect(resolveSchema({ $ref: "#/components/schemas/PositionSide" })).toBe(side);
  expect([resolveSchema(undefined), resolve({ type: "string" })]).toEqual([{}, { type: "string" }]);
});

test("a reference to a reference is followed, too", () => {
  const { schemas } = openapi.components;
  schemas.Side = { $ref: "#/components/schemas/PositionSide" };
  expect(resolve({ $ref: "#/components/schemas/Side" })).toBe(schemas.PositionSide);
  delete schemas.Side;
});

test("a response's schema is that of its status 200", () => {
  expect(resolveSchema(responseSchemaOf("getCmPositionRisk")).type).toBe("array");
  expect(resolveSchema(responseSchemaOf("getUmAccount")).properties).toHaveProperty("positions");
});

test("alternatives are those of anyOf and oneOf, however deep", () => {
  const [text, integer, nothing] = [{ type: "string" }, { type: "integer" }, { type: "null" }];
  expect(alternativesOf({ anyOf: [text, { oneOf: [integer, nothing] }] })).toEqual([text, integer, nothing]);
  expect(alternativesOf(text)).toEqual([text]);
  expect(alternativesOf(undefined)).toEqual([]);
  expect(alternativesOf({ $ref: "#/components/schemas/PositionSide" }).map(({ type }) => type)).toEqual([
    "string",
    "string",
  ]);
});
