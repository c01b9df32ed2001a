import { expect, test } from "vitest";
import { startMock } from "../../src/mock/index.js";
import { call, control } from "../support/raw.js";

test("the clock is set and advanced, and Date follows", async () => {
  await using mock = await startMock({ now: () => 1_657_707_212_000 });
  expect((await control(mock.url, "PUT", "/clock", { advance: 5000 })).body).toEqual({
    now: 1_657_707_217_000,
    frozen: false,
  });
  expect((await control(mock.url, "PUT", "/clock", { now: 1_700_000_000_000 })).body).toEqual({
    now: 1_700_000_000_000,
    frozen: false,
  });
  expect(Date.parse((await call(mock)).headers.date ?? "")).toBe(1_700_000_000_000);
  expect((await control(mock.url, "GET", "/clock")).body).toEqual({ now: 1_700_000_000_000, frozen: false });
  for (const body of [
    {},
    { now: 1, advance: 1 },
    { later: 1 },
    { now: "noon" },
    { now: "5" },
    { advance: "5" },
    { now: 1e99 },
    { advance: -1e99 },
    { now: -1 },
    [],
  ]) {
    expect((await control(mock.url, "PUT", "/clock", body)).status).toBe(400);
  }
});

test("a clock that is frozen stands until it is set, advanced or resumed", async () => {
  let real = 1_657_707_212_000;
  await using mock = await startMock({ now: () => real });
  expect((await control(mock.url, "PUT", "/clock", { frozen: true })).body).toEqual({
    now: real,
    frozen: true,
  });
  real += 700;
  expect(mock.clock.now()).toBe(1_657_707_212_000);
  expect((await control(mock.url, "PUT", "/clock", { now: 5000, frozen: true })).body).toEqual({
    now: 5000,
    frozen: true,
  });
  mock.clock.advance(20);
  real += 700;
  expect([mock.clock.now(), mock.clock.frozen]).toEqual([5020, true]);
  expect((await control(mock.url, "PUT", "/clock", { frozen: false })).body).toEqual({
    now: 5020,
    frozen: false,
  });
  real += 700;
  expect(mock.clock.now()).toBe(5720);
  mock.clock.freeze();
  mock.clock.reset();
  expect([mock.clock.now(), mock.clock.frozen]).toEqual([real, false]);
  const wrong = await control(mock.url, "PUT", "/clock", { frozen: "yes" });
  expect([wrong.status, wrong.body.title]).toEqual([400, '`frozen` must be true or false; received "yes".']);
  expect((await control(mock.url, "PUT", "/clock", { frozen: true, later: 1 })).body.title).toBe(
    'The body must be { now } or { advance } in ms, or { frozen }; received {"frozen":true,"later":1}.',
  );
});
