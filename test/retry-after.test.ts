import { expect, test } from "vitest";
import { assumedRetryAt, Pause, pauseError, readRetryAt } from "../src/retry-after.js";

const now = 1_657_707_212_154;
const headers = (value?: string) => new Headers(value === undefined ? {} : { "retry-after": value });

test.each<
  [what: string, value: string | undefined, msg: string, offset: number, expected: number | undefined]
>([
  ["seconds", "30", "", 0, now + 30_000],
  ["seconds, whatever the offset", "30", "", 3_600_000, now + 30_000],
  ["no time", "0", "", 0, now],
  ["more seconds than a date can hold", "9".repeat(30), "", 0, 8.64e15],
  ["an HTTP date", "Wed, 13 Jul 2022 10:14:00 GMT", "", 0, 1_657_707_240_000],
  ["an HTTP date of a server that is ahead", "Wed, 13 Jul 2022 10:14:00 GMT", "", 5000, 1_657_707_235_000],
  ["a date that has passed", "Wed, 13 Jul 2022 10:00:00 GMT", "", 0, 1_657_706_400_000],
  [
    "the message",
    undefined,
    "Way too many requests; IP banned until 1657707332154. Please",
    0,
    1_657_707_332_154,
  ],
  [
    "the message of a server that is behind",
    undefined,
    "IP banned until 1657707332154.",
    -1000,
    1_657_707_333_154,
  ],
  ["the later of both", "1", "IP banned until 1657707332154.", 0, 1_657_707_332_154],
  ["the later of both, the other way round", "300", "IP banned until 1657707332154.", 0, now + 300_000],
  ["nothing", undefined, "", 0, undefined],
  ["a negative number", "-5", "", 0, undefined],
  ["a part of a second", "0.5", "", 0, undefined],
  ["words", "soon", "", 0, undefined],
  ["words that begin like a day", "Wednesday", "", 0, undefined],
  ["a number too short to be ms", undefined, "banned until 165770733", 0, undefined],
])("Retry-After: %s", (_what, value, msg, offset, expected) => {
  expect(readRetryAt(headers(value), msg, now, offset)).toBe(expected);
});

test("where the server is silent, 429 ends with the server's minute and 418 after two minutes", () => {
  const exact = (offset: number) => ({ min: offset, max: offset });
  expect(assumedRetryAt("RATE_LIMITED", 1_657_707_180_000, exact(0))).toBe(1_657_707_240_000);
  expect(assumedRetryAt("RATE_LIMITED", 1_657_707_239_999, exact(0))).toBe(1_657_707_240_000);
  expect(assumedRetryAt("RATE_LIMITED", 1_657_707_239_999, exact(2))).toBe(1_657_707_299_998);
  expect(assumedRetryAt("BANNED", now, exact(7))).toBe(now + 120_000);
});

test("the server's minute is the latest that it may be in, and is over when it surely is", () => {
  expect(assumedRetryAt("RATE_LIMITED", 1_657_707_239_500, { min: -600, max: 600 })).toBe(1_657_707_300_600);
});

const time = { wall: () => now, clock: { local: () => now } };

test("the error of a call that was not sent says why and until when", () => {
  const message = (reason: Parameters<typeof pauseError>[0]) => pauseError(reason, 100, time, {}).message;
  const late = pauseError("RATE_LIMITED", 99.2, time, { operationId: "getUmAccount" });
  expect([late.code, late.retryAt, late.attempts, late.operationId]).toEqual([
    "RATE_LIMITED",
    now + 100,
    0,
    "getUmAccount",
  ]);
  expect(late.message).toBe(
    "The server's limit is used up until 2022-07-13T10:13:32.254Z; nothing was sent.",
  );
  expect(message("UNAVAILABLE")).toBe(
    "The server has asked to be left alone until 2022-07-13T10:13:32.254Z; nothing was sent.",
  );
  expect(message("BANNED")).toBe("This address is banned until 2022-07-13T10:13:32.254Z; nothing was sent.");
});

test("what ends earlier neither shortens a pause nor turns a ban into less", () => {
  const pause = new Pause();
  expect(pause.isOver(0)).toBe(true);
  pause.extend(1200, "BANNED");
  pause.extend(1100, "RATE_LIMITED");
  pause.extend(1200, "RATE_LIMITED");
  expect([pause.until, pause.reason]).toEqual([1200, "BANNED"]);
  expect([pause.isOver(1199), pause.isOver(1200)]).toEqual([false, true]);
});
