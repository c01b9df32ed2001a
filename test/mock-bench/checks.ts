import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { createClient } from "../../src/index.js";
import { startMock } from "../../src/mock/index.js";
import { signed, type Target } from "./load.js";

/** The mock answers a signed call, whatever else goes on. */
async function answers({ url, apiKey, secret }: Target): Promise<void> {
  const account = await createClient({ baseUrl: url, apiKey, secret, timeout: 20_000 }).getUmAccount();
  assert(account.positions.length > 0);
}

const open = ({ url }: Target): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname, () => resolve(socket)).once("error", reject);
  });

/** In batches: a listening socket's queue is short. */
async function openMany(target: Target, count: number): Promise<Socket[]> {
  const sockets: Socket[] = [];
  while (sockets.length < count)
    sockets.push(
      ...(await Promise.all(
        Array.from({ length: Math.min(250, count - sockets.length) }, () => open(target)),
      )),
    );
  for (const socket of sockets) socket.on("error", () => {});
  return sockets;
}

function statusOf(socket: Socket): Promise<number> {
  let text = "";
  return new Promise((resolve) => {
    socket.setEncoding("latin1").on("data", (part) => {
      text += part;
      const status = /^HTTP\/1.1 (\d+)/.exec(text)?.[1];
      if (status) resolve(Number(status));
    });
    socket.on("close", () => resolve(0));
  });
}

/** What the mock has to survive; each resolves with a word of what happened, or rejects. */
export const checks: Record<string, (target: Target) => Promise<string>> = {
  async "64 accounts at once"() {
    // At this moment for good, so that no minute ends meanwhile.
    const now = () => 1_657_707_212_154;
    await using mock = await startMock({ now });
    const calls = 25;
    const accounts = Array.from({ length: 64 }, (_, index) =>
      mock.createAccount({ state: { account: { accountEquity: `${index + 1}.5` } } }),
    );
    const work = accounts.map(async ({ apiKey, secret, journal }, index) => {
      const binance = createClient({ baseUrl: mock.url, apiKey, secret: secret ?? "", now });
      for (let call = 0; call < calls; call++) {
        const { data, response } = await binance.GET("/papi/v1/account");
        assert.equal(data?.accountEquity, `${index + 1}.5`);
        assert.equal(response.headers.get("x-mbx-used-weight-1m"), String(20 * (call + 1)));
      }
      assert.equal(journal.entries.length, calls);
    });
    await Promise.all(work);
    assert.equal(mock.journal.entries.length, 0);
    return `${64 * calls} answers, each its own`;
  },

  async "10,000 open connections"(target) {
    const sockets = await openMany(target, 10_000);
    const statuses = sockets.filter((_, index) => index % 100 === 0).map(statusOf);
    for (const [index, socket] of sockets.entries())
      if (index % 100 === 0) socket.write(signed(target, "/papi/v1/account"));
    assert.deepEqual(new Set(await Promise.all(statuses)), new Set([200]));
    await answers(target);
    for (const socket of sockets) socket.destroy();
    await answers(target);
    return "answers on 100 of them, on a new one, and after";
  },

  async "slow-loris, 500 connections"(target) {
    const sockets = await openMany(target, 500);
    const statuses = Promise.all(sockets.map(statusOf));
    for (const socket of sockets) socket.write("GET /papi/v1/account HTTP/1.1\r\nX-");
    const dripping = setInterval(() => {
      for (const socket of sockets) if (!socket.destroyed) socket.write("a");
    }, 500);
    const begun = performance.now();
    const ended = await answers(target)
      .then(() => Promise.race([statuses, wait(30_000, undefined, { ref: false })]))
      .finally(() => clearInterval(dripping));
    assert(ended, "they are still open after 30 s");
    assert(
      ended.every((status) => status === 408 || status === 0),
      "they were answered",
    );
    await answers(target);
    return `answers meanwhile; all were ended after ${Math.round((performance.now() - begun) / 1000)} s`;
  },

  async "headers of 16 KB, and of 1 MB"(target) {
    const statuses: number[] = [];
    for (const size of [16 * 1024, 1024 * 1024]) {
      const socket = await open(target);
      socket.on("error", () => {});
      const status = statusOf(socket);
      socket.write(signed(target, "/papi/v1/account", `X-Long: ${"a".repeat(size)}\r\n`));
      statuses.push(await status);
      socket.destroy();
    }
    assert.deepEqual(statuses, [200, 431]);
    await answers(target);
    return `${statuses.join(", ")}, and it goes on`;
  },
};
