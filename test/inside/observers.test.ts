import { expect, test } from "vitest";
import { type CommonOptions, createClient, type Observer } from "../../src/index.js";
import { createObservers, listenerOf } from "../../src/inside/observers.js";
import { errorOf } from "../support/errors.js";
import { answer, key, observed, um } from "../support/observed.js";
import { serve } from "../support/server.js";

/** What a program would see as uncaught while this runs. */
async function uncaughtDuring(run: () => Promise<unknown>): Promise<unknown[]> {
  const uncaught: unknown[] = [];
  const listeners = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException");
  const note = (error: unknown) => void uncaught.push(error);
  process.on("uncaughtException", note);
  await run();
  await new Promise((resolve) => setImmediate(resolve));
  process.off("uncaughtException", note);
  for (const listener of listeners) process.on("uncaughtException", listener);
  return uncaught;
}

const mistake = new Error("the observer's");
const fail = () => {
  throw mistake;
};

test.each<[string, Observer]>([
  ["at the beginning", { attempt: fail }],
  ["around the request", { attempt: () => ({ run: fail }) }],
  ["at the end", { attempt: () => ({ end: fail }) }],
  ["around the call", { call: () => ({ run: fail }) }],
  ["of the weight", { weight: fail }],
])(
  "an observer that throws %s costs no call, and its mistake surfaces as uncaught",
  async (_when, observer) => {
    const { binance, fetch } = observed({ observer });
    const uncaught = await uncaughtDuring(async () => {
      expect(await binance.getUmAccount()).toEqual(um);
    });
    expect(uncaught).toEqual([mistake]);
    expect(fetch).toHaveBeenCalledTimes(1);
  },
);

test("a request is sent once, whether an observer sends never or twice", async () => {
  const twice: Observer = {
    attempt: () => ({
      run(send) {
        send();
        return send();
      },
    }),
  };
  for (const observer of [twice, { attempt: () => ({ run: () => undefined as never }) }]) {
    const { binance, fetch } = observed({ observer });
    await binance.getUmAccount();
    expect(fetch).toHaveBeenCalledTimes(1);
  }
});

test("scopes are within each other in the order of the observers", () => {
  const order: string[] = [];
  const named = (name: string) =>
    listenerOf({
      attempt: () => ({
        run(send) {
          order.push(`${name} begins`);
          const sent = send();
          order.push(`${name} ends`);
          return sent;
        },
      }),
    });
  const told = createObservers([named("first"), named("second")], () => 0).begin("attempt", {} as never);
  told.run(() => order);
  expect(order).toEqual(["first begins", "second begins", "second ends", "first ends"]);
});

test("the observer knows the code of a refusal, also where `GET` resolves with it", async () => {
  const codes: unknown[] = [];
  const observer: Observer = { call: (message) => ({ end: () => void codes.push(message.error?.code) }) };
  const { binance } = observed({ observer }, () =>
    answer({ code: -1121, msg: "Invalid symbol." }, { status: 400 }),
  );
  await binance.GET("/papi/v1/um/account");
  await errorOf(() => binance.getUmAccount());
  expect(codes).toEqual(["INVALID_PARAMETER", "INVALID_PARAMETER"]);
});

test.each<[CommonOptions, string]>([
  [
    { observer: { atempt: fail } as never },
    "`observer` has no option `atempt`. Expected one of: call, attempt, wait, pause, clock, weight, difference, degraded, pace, missed.",
  ],
  [
    { logger: { warn: fail } as never },
    "`logger` must be an object with the functions error, warn, info and debug; received an object.",
  ],
  [
    { logLevel: "verbose" as never },
    '`logLevel` must be "off", "error", "warn", "info" or "debug"; received a string.',
  ],
  [
    { userAgent: "two\nlines" },
    "`userAgent` must be visible ASCII characters, with single spaces between; received a string.",
  ],
])("createClient %j is refused", async (options, message) => {
  expect(await errorOf(() => observed(options))).toMatchObject({ code: "INVALID_ARGUMENT", message });
});

test("a request to a connection that has died is told, and is no attempt", async () => {
  let requests = 0;
  await using server = await serve((request, response) => {
    requests += 1;
    if (requests === 2) request.socket.destroy();
    else response.end(JSON.stringify(um));
  });
  const told: unknown[] = [];
  const observer: Observer = {
    call: (message) => ({ end: () => void told.push(`${message.attempts} attempt`) }),
    attempt: (message) => ({
      end: () => void told.push([message.attempt, message.resends, message.error?.code, message.next]),
    }),
  };
  const binance = createClient({ ...key, baseUrl: server.url, observer });
  await binance.getUmAccount();
  await binance.getUmAccount();
  expect(told).toEqual([
    [1, 0, undefined, "end"],
    "1 attempt",
    [1, 0, "CONNECTION", "retry"],
    [1, 1, undefined, "end"],
    "1 attempt",
  ]);
});

test("an observer may be an object of a class", async () => {
  class Counter implements Observer {
    attempts = 0;
    attempt(): undefined {
      this.attempts += 1;
    }
  }
  const observer = new Counter();
  await observed({ observer }).binance.getUmAccount();
  expect(observer.attempts).toBe(1);
});
