import { describe, expect, test } from "vitest";
import type { Difference, ValidateOption } from "../../src/index.js";
import { createReporter } from "../../src/response/differences.js";
import { apiError, assertResult, type Judgement, judge } from "../../src/response/judge.js";
import { goodBody } from "../faults/server.js";
import { errorOf } from "../support/errors.js";

const good = goodBody("/papi/v1/um/account");
const html = { "content-type": "text/html; charset=utf-8" };

function judged(
  status: number,
  text: string,
  headers: Record<string, string> = {},
  validate: ValidateOption = "throw",
) {
  const told: Difference[] = [];
  const reporter = createReporter((difference) => told.push(difference));
  const answer = { status, headers: new Headers(headers), text, isUtf8: true };
  return {
    told,
    ...judge("getUmAccount", answer, { attempts: 2 }, { validate, reporter, secrets: () => ["SECRET"] }),
  };
}

const summary = (judgement: Judgement) =>
  judgement.kind === "data"
    ? ["data"]
    : [judgement.kind, judgement.error.code, judgement.retry, judgement.error.message];

describe("an answer is judged", () => {
  const elsewhere = (status: number) =>
    `The server answered ${status}, which leads elsewhere; the signed request was not sent there.`;
  const unusable = (status: number, type: string, why: string) =>
    `The server answered HTTP ${status} with a body (${type}) that cannot be used: ${why}.`;
  const undocumented = "it is not in a form that Binance documents";

  test.each<[status: number, text: string, headers: Record<string, string>, expected: unknown[]]>([
    [200, good, {}, ["data"]],
    [300, good, {}, ["unusable", "REDIRECT_REFUSED", "never", elsewhere(300)]],
    [399, "", {}, ["unusable", "REDIRECT_REFUSED", "never", elsewhere(399)]],
    [
      201,
      good,
      {},
      ["unusable", "INVALID_RESPONSE", "never", unusable(201, "no content type", undocumented)],
    ],
    [
      299,
      "",
      {},
      ["unusable", "INVALID_RESPONSE", "never", "The server answered HTTP 299 with an empty body."],
    ],
    [
      200,
      "<p>",
      html,
      ["unusable", "INVALID_RESPONSE", "never", unusable(200, "text/html", "it is not JSON")],
    ],
    [
      200,
      "<p>",
      { "content-type": "nonsense" },
      ["unusable", "INVALID_RESPONSE", "never", unusable(200, "no content type", "it is not JSON")],
    ],
    [
      200,
      "<p>",
      { "content-type": "a text/html" },
      ["unusable", "INVALID_RESPONSE", "never", unusable(200, "no content type", "it is not JSON")],
    ],
    [
      200,
      "<p>",
      { "content-type": "SECRET/x-1.2+y" },
      ["unusable", "INVALID_RESPONSE", "never", unusable(200, "[redacted]/x-1.2+y", "it is not JSON")],
    ],
    [
      200,
      "5",
      {},
      [
        "unusable",
        "INVALID_RESPONSE",
        "never",
        "The response does not match the document: the body must be an object; received a number.",
      ],
    ],
    [
      200,
      "null",
      {},
      [
        "unusable",
        "INVALID_RESPONSE",
        "never",
        "The response does not match the document: the body must be an object; received null.",
      ],
    ],
    [
      200,
      "[]",
      {},
      [
        "unusable",
        "INVALID_RESPONSE",
        "never",
        "The response does not match the document: the body must be an object; received a list.",
      ],
    ],
    [
      200,
      '{"assets":[],"positions":5}',
      {},
      [
        "unusable",
        "INVALID_RESPONSE",
        "never",
        "The response does not match the document: positions must be a list; received a number.",
      ],
    ],
    [
      400,
      '{"code":-1022,"msg":"No SECRET."}',
      {},
      ["refusal", "SIGNATURE_REJECTED", "never", "No [redacted]. (-1022, HTTP 400)"],
    ],
    [599, '{"code":-1000,"msg":"x"}', {}, ["refusal", "UNAVAILABLE", "backoff", "x (-1000, HTTP 599)"]],
    [600, '{"code":-1000,"msg":"x"}', {}, ["unusable", "UNAVAILABLE", "backoff", "x (-1000, HTTP 600)"]],
    [200, '{"code":-1000,"msg":"x"}', {}, ["unusable", "UNAVAILABLE", "backoff", "x (-1000, HTTP 200)"]],
    [
      400,
      '{"code":"-1000","msg":"x"}',
      {},
      ["unusable", "INVALID_RESPONSE", "never", unusable(400, "no content type", undocumented)],
    ],
    [
      400,
      '{"code":-1000,"msg":5}',
      {},
      ["unusable", "INVALID_RESPONSE", "never", unusable(400, "no content type", undocumented)],
    ],
    [
      400,
      '{"code":-1000}',
      {},
      ["unusable", "INVALID_RESPONSE", "never", unusable(400, "no content type", undocumented)],
    ],
    [
      400,
      '{"msg":"x"}',
      {},
      ["unusable", "INVALID_RESPONSE", "never", unusable(400, "no content type", undocumented)],
    ],
    [
      400,
      '"text"',
      {},
      ["unusable", "INVALID_RESPONSE", "never", unusable(400, "no content type", undocumented)],
    ],
    [
      400,
      "null",
      {},
      ["unusable", "INVALID_RESPONSE", "never", unusable(400, "no content type", undocumented)],
    ],
    [403, "<p>", html, ["unusable", "BLOCKED", "never", unusable(403, "text/html", "it is not JSON")]],
    [404, "", {}, ["unusable", "NOT_FOUND", "never", "The server answered HTTP 404 with an empty body."]],
    [429, "<p>", html, ["unusable", "RATE_LIMITED", "wait", unusable(429, "text/html", "it is not JSON")]],
    [502, "<p>", html, ["unusable", "UNAVAILABLE", "backoff", unusable(502, "text/html", "it is not JSON")]],
    [
      407,
      "<p>",
      html,
      ["unusable", "INVALID_RESPONSE", "never", unusable(407, "text/html", "it is not JSON")],
    ],
  ])("%i %j", (status, text, headers, expected) => {
    const judgement = judged(status, text, headers);
    expect(summary(judgement)).toEqual(expected);
    if (judgement.kind !== "data")
      expect(judgement.error).toMatchObject({ operationId: "getUmAccount", attempts: 2, status });
    if (judgement.kind !== "unusable") expect(judgement.text).toBe(text.replace("SECRET", "[redacted]"));
  });

  test("an account that also has a code and a message is an account", () => {
    expect(judged(200, good.replace("{", '{"code":0,"msg":"",')).kind).toBe("data");
  });

  test("an answer that is not used is kept as text", () => {
    for (const [status, text] of [
      [200, "<p>"],
      [200, "[]"],
      [502, "gone"],
    ] as const) {
      const judgement = judged(status, text);
      expect(judgement.kind === "unusable" && judgement.error.body).toBe(text);
    }
  });
});

describe("how strictly is the caller's choice", () => {
  test.each<[ValidateOption, string, string[]]>([
    ["throw", "unusable", []],
    ["report", "data", ["violation", "field"]],
    ["off", "data", []],
  ])("validate: %s", (validate, kind, kinds) => {
    const { told, ...judgement } = judged(200, '{"assets":[],"new":1}', {}, validate);
    expect([judgement.kind, told.map((difference) => difference.kind)]).toEqual([kind, kinds]);
  });

  test("off looks for nothing new in a good answer", () => {
    const newer = good.replace("{", '{"new":1,');
    expect([judged(200, newer, {}, "off").told, judged(200, newer).told.length]).toEqual([[], 1]);
  });

  test.each<ValidateOption>(["report", "off"])(
    "%s still refuses what has none of the required fields",
    (validate) => {
      for (const body of ["5", "null", "[]", "{}", '{"new":1}', '{"state":"maintenance"}'])
        expect(judged(200, body, {}, validate).kind).toBe("unusable");
    },
  );
});

test("what a refusal quotes of the request is replaced in the body, too", () => {
  const judgement = judged(400, '{"code":-1100,"msg":"Illegal: SECRET","more":1}');
  expect(judgement.kind === "refusal" && JSON.parse(judgement.text)).toEqual({
    code: -1100,
    msg: "Illegal: [redacted]",
    more: 1,
  });
});

test("a refusal that nobody judged is named the same way", () => {
  const { error, retry } = apiError(
    { code: -2015, msg: "no Stryker was here" },
    { status: 401, attempts: 1 },
  );
  expect([error.code, error.binanceCode, error.binanceMessage, error.message, retry]).toEqual([
    "UNAUTHORIZED",
    -2015,
    "no Stryker was here",
    "no Stryker was here (-2015, HTTP 401)",
    "never",
  ]);
});

test("what a middleware puts in the answer's place is data or a refusal, or an error that says so", async () => {
  expect(() => assertResult("getUmAccount", true, JSON.parse(good), "throw", {})).not.toThrow();
  expect(() => assertResult("getUmAccount", false, { code: -1, msg: "" }, "throw", {})).not.toThrow();
  const error = await errorOf(() =>
    assertResult("getUmAccount", true, { code: -1, msg: "" }, "throw", { attempts: 1, status: 200 }),
  );
  expect(error).toMatchObject({
    code: "INVALID_RESPONSE",
    operationId: "getUmAccount",
    attempts: 1,
    status: 200,
  });
  await errorOf(() => assertResult("getUmAccount", false, JSON.parse(good), "throw", {}));
  expect(() => assertResult("getUmAccount", true, { assets: 1 }, "report", {})).not.toThrow();
  await errorOf(() => assertResult("getUmAccount", true, { other: 1 }, "report", {}));
  await errorOf(() => assertResult("getUmAccount", true, "text", "off", {}));
  await errorOf(() => assertResult("getUmAccount", false, { other: 1 }, "off", {}));
  await errorOf(() => assertResult("getUmAccount", false, undefined, "throw", {}));
});
