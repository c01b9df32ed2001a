import { expect, test } from "vitest";
import { type FaultRule, startMock } from "../../src/mock/index.js";
import { errorOf } from "../support/errors.js";
import { control } from "../support/raw.js";

const _um = "/papi/v1/um/account";

test.each<[message: RegExp, rule: unknown]>([
  [/Unknown fault "crash"\. Expected one of: error, html,/, { fault: "crash" }],
  [/A fault must be an object such as \{ fault: "hang" \}; received "hang"\./, "hang"],
  [
    /The fault hang has an unknown field `ms`\. Expected one of: fault, operation, nth,/,
    { fault: "hang", ms: 5 },
  ],
  [
    /`operation` of the fault hang must be one of .*getPortfolioAccount.*; received "getAccount"\./,
    { fault: "hang", operation: "getAccount" },
  ],
  [
    /`nth` of the fault hang must be an integer of at least 1, or a list of them; received 0\./,
    { fault: "hang", nth: 0 },
  ],
  [
    /`probability` of the fault hang must be a number from 0 to 1; received 2\./,
    { fault: "hang", probability: 2 },
  ],
  [
    /`times` of the fault hang must be an integer of at least 1; received 0\.5\./,
    { fault: "hang", times: 0.5 },
  ],
  [/`ttl` of the fault hang must be a number of ms above 0; received "5s"\./, { fault: "hang", ttl: "5s" }],
  [/`seed` of the fault hang must be an integer; received "x"\./, { fault: "hang", seed: "x" }],
  [
    /`ms` of the fault delay must be a number, \{ min, max \} or \{ median, sigma \}; received undefined\./,
    { fault: "delay" },
  ],
  [/`ms` of the fault delay/, { fault: "delay", ms: { min: 5, max: 1 } }],
  [/`ms` of the fault delay/, { fault: "delay", ms: { median: 5, min: 1 } }],
  [
    /`ms` of the fault clockOffset must be a number; received an object\./,
    { fault: "clockOffset", ms: { min: 1, max: 2 } },
  ],
  [
    /`example` of the fault error must be a documented error; received "oops"\. Expected one of: timestampOutsideWindow,/,
    { fault: "error", example: "oops" },
  ],
  [
    /`status` of the fault redirect must be a status from 300 to 399; received 200\./,
    { fault: "redirect", status: 200 },
  ],
  [
    /`when` of the fault reset must be beforeHeaders, duringHeaders or afterHeaders; received "later"\./,
    { fault: "reset", when: "later" },
  ],
])("refuses with %s, and adds none", async (message, rule) => {
  await using mock = await startMock();
  const error = await errorOf(() => mock.faults.add({ fault: "html" }, rule as FaultRule));
  expect([error.code, error.message]).toEqual(["INVALID_ARGUMENT", expect.stringMatching(message)]);
  expect(mock.faults.rules).toEqual([]);
});

test("over HTTP, faults are listed, added, replaced and ended", async () => {
  await using mock = await startMock();
  const rule = { fault: "html", nth: 3 };
  expect((await control(mock.url, "POST", "/faults", rule)).body).toEqual([rule]);
  expect((await control(mock.url, "POST", "/faults", [{ fault: "hang", nth: 9 }])).body).toEqual([
    rule,
    { fault: "hang", nth: 9 },
  ]);
  const wrong = await control(mock.url, "PUT", "/faults", [{ fault: "html" }, { fault: "crash" }]);
  expect([wrong.status, wrong.body.title]).toEqual([400, expect.stringContaining('Unknown fault "crash"')]);
  expect((await control(mock.url, "GET", "/faults")).body).toHaveLength(2);
  expect((await control(mock.url, "PUT", "/faults", [{ fault: "empty" }])).body).toEqual([
    { fault: "empty" },
  ]);
  expect((await control(mock.url, "DELETE", "/faults")).status).toBe(204);
  expect(mock.faults.rules).toEqual([]);
});
