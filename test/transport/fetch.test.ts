import { inspect } from "node:util";
import { describe, expect, test, vi } from "vitest";
import { type CommonOptions, createClient, type ErrorCode } from "../../src/index.js";
import { errorOf } from "../support/errors.js";
import { answer, key, observed, um } from "../support/observed.js";

describe("a fetch of one's own", () => {
  const later = { timeout: 50, retry: { attempts: 1 } };
  const never = () => new Promise<never>(() => {});
  const silent = new ReadableStream({ pull: never });

  test.each<[string, ErrorCode, NonNullable<CommonOptions["fetch"]>]>([
    ["that never answers and ignores its signal", "TIMEOUT", never],
    ["whose body never ends and ignores its signal", "TIMEOUT", async () => new Response(silent)],
    [
      "that rejects with the signed URL",
      "CONNECTION",
      (url) => Promise.reject(new Error(`request to ${url} failed`)),
    ],
    [
      "that rejects with the request",
      "CONNECTION",
      (url, init) => Promise.reject(Object.assign(new Error("no"), { config: { url, init } })),
    ],
    ["that rejects with nothing", "CONNECTION", () => Promise.reject()],
    ["that throws", "CONNECTION", () => { throw new Error("boom"); }], // biome-ignore format: one line
    ["that resolves with something else", "INVALID_ARGUMENT", async () => ({ ok: true }) as Response],
    ["whose body was read", "INVALID_ARGUMENT", async () => { const response = answer(um); await response.text(); return response; }], // biome-ignore format: one line
    [
      "that quotes the request",
      "INVALID_PARAMETER",
      async (url) => answer({ code: -1100, msg: `bad ${url}` }, { status: 400 }),
    ],
    [
      "that answers with an impossible status",
      "UNAVAILABLE",
      async () => Object.defineProperty(answer({ code: -1, msg: "" }), "status", { value: 700 }),
    ],
  ])("%s is %s", async (_what, code, fetch) => {
    let target = "";
    const spy: typeof fetch = (url, init) => {
      target = url;
      return fetch(url, init);
    };
    const error = await errorOf(() => createClient({ ...key, ...later, fetch: spy }).getUmAccount());
    expect(error.code).toBe(code);
    const shown = inspect(error, { depth: 20, showHidden: true }) + JSON.stringify(error) + error.stack;
    for (const secret of [key.apiKey, String(key.secret), target.slice(-64)])
      expect(shown).not.toContain(secret);
  });

  // https://nodejs.org/api/tls.html#x509-certificate-error-codes
  test.each([
    ...[
      "CERT_HAS_EXPIRED",
      "CERT_NOT_YET_VALID",
      "CERT_REVOKED",
      "CRL_HAS_EXPIRED",
      "DEPTH_ZERO_SELF_SIGNED_CERT",
      "INVALID_CA",
    ],
    ...[
      "ERROR_IN_CERT_NOT_AFTER_FIELD",
      "HOSTNAME_MISMATCH",
      "INVALID_PURPOSE",
      "PATH_LENGTH_EXCEEDED",
      "SELF_SIGNED_CERT_IN_CHAIN",
    ],
    ...[
      "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
      "ERR_TLS_CERT_ALTNAME_INVALID",
    ],
  ])("that meets %s is not asked again", async (code) => {
    const fetch = vi.fn(() =>
      Promise.reject(new TypeError("fetch failed", { cause: Object.assign(new Error("no"), { code }) })),
    );
    const error = await errorOf(() => createClient({ ...key, fetch }).getUmAccount());
    expect([error.code, error.attempts, fetch.mock.calls.length]).toEqual(["CONNECTION", 1, 1]);
    expect(error.message).toContain(`(${code})`);
  });

  test("that has followed a redirect all the same is refused", async () => {
    const fetch = async () => Object.defineProperty(answer(um), "redirected", { value: true });
    expect((await errorOf(() => createClient({ ...key, fetch }).getUmAccount())).code).toBe(
      "REDIRECT_REFUSED",
    );
  });

  test("whose answer claims to be empty is read all the same", async () => {
    const headers = { "content-length": "0" };
    const { binance } = observed({}, () => answer({ code: -2015, msg: "bad key" }, { status: 401, headers }));
    expect((await errorOf(() => binance.getUmAccount())).code).toBe("UNAUTHORIZED");
    expect((await binance.GET("/papi/v1/um/account")).error).toEqual({ code: -2015, msg: "bad key" });
    expect(await observed({}, () => answer(um, { headers })).binance.getUmAccount()).toEqual(um);
  });
});
