import { expect, test } from "vitest";
import { createClient, type Difference, type ValidateOption } from "../../src/index.js";
import { goodBody } from "../faults/server.js";
import { errorOf } from "../support/errors.js";
import { hmacKey } from "../support/keys.js";

const um = JSON.parse(goodBody("/papi/v1/um/account"));
const [position] = um.positions;

function clientFor(body: unknown, validate?: ValidateOption) {
  const told: Difference[] = [];
  const fetch = async () => new Response(JSON.stringify(body));
  return {
    told,
    binance: createClient({
      ...hmacKey().client,
      fetch,
      validate,
      onDifference: (difference) => told.push(difference),
    }),
  };
}

test("new fields and values pass and are told once each", async () => {
  const positions = [
    { ...position, positionSide: "NEITHER", newField: 1 },
    { ...position, newField: 2 },
    { ...position, positionSide: "NEITHER" },
  ];
  const { told, binance } = clientFor({ ...um, positions, extra: { deep: 1 } });
  for (let call = 0; call < 2; call++) expect((await binance.getUmAccount()).positions).toEqual(positions);
  expect(told).toEqual([
    { operationId: "getUmAccount", kind: "value", path: "positions[].positionSide", detail: "NEITHER" },
    { operationId: "getUmAccount", kind: "field", path: "positions[].newField" },
    { operationId: "getUmAccount", kind: "field", path: "extra" },
  ]);
});

test("an answer as documented tells nothing", async () => {
  const { told, binance } = clientFor(um);
  await binance.getUmAccount();
  expect(told).toEqual([]);
});

test("a list is looked into, too", async () => {
  const [risk] = JSON.parse(goodBody("/papi/v1/cm/positionRisk"));
  const { told, binance } = clientFor([{ ...risk, positionSide: "X" }]);
  await binance.getCmPositionRisk();
  expect(told).toEqual([
    { operationId: "getCmPositionRisk", kind: "value", path: "[].positionSide", detail: "X" },
  ]);
});

const wrong = { ...um, positions: [{ ...position, leverage: 20 }] };

test("validate: throw refuses what breaks the document", async () => {
  const { told, binance } = clientFor(wrong);
  const error = await errorOf(() => binance.getUmAccount());
  expect([error.code, error.message, told]).toEqual([
    "INVALID_RESPONSE",
    "The response does not match the document: positions[].leverage must be a decimal as text; received a number.",
    [],
  ]);
});

test("validate: report returns it and tells once", async () => {
  const { told, binance } = clientFor(wrong, "report");
  for (let call = 0; call < 2; call++) expect(await binance.getUmAccount()).toEqual(wrong);
  expect(told).toEqual([
    {
      operationId: "getUmAccount",
      kind: "violation",
      path: "positions[].leverage",
      detail: "must be a decimal as text; received a number",
    },
  ]);
});

test("validate: off returns any object or list, tells nothing, and still knows a refusal and a page", async () => {
  const { told, binance } = clientFor(wrong, "off");
  expect(await binance.getUmAccount()).toEqual(wrong);
  expect(told).toEqual([]);
  expect((await errorOf(() => clientFor({ code: -2015, msg: "x" }, "off").binance.getUmAccount())).code).toBe(
    "UNAUTHORIZED",
  );
  expect((await errorOf(() => clientFor("text", "off").binance.getUmAccount())).code).toBe(
    "INVALID_RESPONSE",
  );
  expect((await errorOf(() => clientFor(null, "report").binance.getUmAccount())).code).toBe(
    "INVALID_RESPONSE",
  );
});

test("a listener that throws does not spoil the answer; its error surfaces as an uncaught one", async () => {
  const uncaught: unknown[] = [];
  const listeners = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException");
  process.once("uncaughtException", (error) => uncaught.push(error));
  const mistake = new Error("of the listener");
  const fetch = async () => new Response(JSON.stringify({ ...um, extra: 1 }));
  const onDifference = () => {
    throw mistake;
  };
  expect(await createClient({ ...hmacKey().client, fetch, onDifference }).getUmAccount()).toHaveProperty(
    "extra",
  );
  await new Promise((resolve) => setImmediate(resolve));
  for (const listener of listeners) process.on("uncaughtException", listener);
  expect(uncaught).toEqual([mistake]);
});
