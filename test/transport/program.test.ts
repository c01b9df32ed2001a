import { existsSync, readFileSync } from "node:fs";
import { Agent } from "node:http";
import { createServer as createHttpsServer, Agent as HttpsAgent } from "node:https";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { expect, test, vi } from "vitest";
import { createClient } from "../../src/index.js";
import { goodBody } from "../faults/server.js";
import { type Certificate, certificateFor } from "../support/certificate.js";
import { errorOf } from "../support/errors.js";
import { hmacKey } from "../support/keys.js";
import { hasOpenssl } from "../support/openssl.js";
import { runModule } from "../support/process.js";
import { json, serve } from "../support/server.js";

const { client: key } = hmacKey();
const um = JSON.parse(goodBody("/papi/v1/um/account"));

test("a program ends by itself when its work is done, and an idle client has no timer", async () => {
  await using server = await serve(json(um));
  const env = {
    BINANCE_BASE_URL: server.url,
    BINANCE_API_KEY: key.apiKey,
    BINANCE_API_SECRET: String(key.secret),
  };
  const { code, stdout } = await runModule("tsx/dist/cli.mjs", ["test/support/idle.ts"], { env });
  expect([code, JSON.parse(stdout)]).toEqual([0, { timers: 0, calls: 40 }]);
});

/** In how many seconds the system probes the other end of this connection, which is on this machine, too. */
function probedIn({ localPort, remotePort }: Socket): number {
  const ends = [remotePort, localPort].map(
    (port = 0) => `:${port.toString(16).toUpperCase().padStart(4, "0")}`,
  );
  const lines = readFileSync("/proc/net/tcp", "utf8").split("\n");
  const sockets = lines.map((line) => line.trim().split(/\s+/));
  const [, , , , , timer = ""] =
    sockets.find(([, from, to]) => [from, to].every((end, i) => end?.endsWith(ends[i] as string))) ?? [];
  return timer.startsWith("02:") ? Number.parseInt(timer.slice(3), 16) / 100 : Infinity;
}

/** What a program prints that makes three calls to this server, whose certificate it trusts. */
async function threeCalls(server: Server, certificate: Certificate, options: object = {}): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const own = {
    BINANCE_API_KEY: key.apiKey,
    BINANCE_API_SECRET: String(key.secret),
    NODE_EXTRA_CA_CERTS: certificate.file,
  };
  const env = {
    ...own,
    BINANCE_BASE_URL: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    NO_PROXY: "*",
  };
  const { stdout } = await runModule(
    "tsx/dist/cli.mjs",
    ["test/support/through-proxy.ts", JSON.stringify(options)],
    { env },
  );
  await new Promise((resolve) => server.close(resolve));
  return stdout.trim();
}

test.skipIf(!hasOpenssl || !existsSync("/proc/net/tcp"))(
  "a connection over TLS is probed while it waits",
  async () => {
    using certificate = certificateFor("127.0.0.1");
    let calls = 0;
    const server = createHttpsServer(certificate, async ({ socket }, response) => {
      calls += 1;
      // A connection is probed once it is kept. Until the request is confirmed, another timer runs.
      if (calls > 1)
        await vi
          .waitFor(() => expect(probedIn(socket)).toBeLessThanOrEqual(15), 5000)
          .catch(() => response.writeHead(404));
      response.end(JSON.stringify(um));
    });
    expect(await threeCalls(server, certificate)).toBe("data");
  },
);

test.skipIf(!hasOpenssl)(
  "a session that a network does not let through is not offered for ever",
  async () => {
    using certificate = certificateFor("127.0.0.1");
    const server = createHttpsServer(certificate, (_request, response) => {
      response.writeHead(200, { connection: "close" }).end(JSON.stringify(um));
    });
    const hellos: number[] = [];
    const network = createServer((socket) => {
      socket.once("data", (hello) => {
        hellos.push(hello.length);
        if (hello.length > (hellos[0] ?? 0) + 100) return socket.resetAndDestroy(); // what is offered makes it longer
        socket.pause().unshift(hello);
        server.emit("connection", socket);
      });
    });
    expect(await threeCalls(network, certificate, { retry: { attempts: 2, baseDelay: 0 } })).toBe("data");
    expect(hellos.length).toBe(5);
  },
);

test.skipIf(!hasOpenssl)(
  "a refusal that comes behind the request is not said to have come before it",
  async () => {
    using certificate = certificateFor("127.0.0.1");
    // In TLS 1.3 a client has sent its request when it hears that its own certificate was wanted.
    const server = createHttpsServer({ ...certificate, requestCert: true, minVersion: "TLSv1.3" });
    const said = await threeCalls(server, certificate);
    expect(said).toMatch(/^The (TLS of 127\.0\.0\.1:\d+ cannot be trusted|connection)/);
    expect(said).not.toContain("Neither key nor request was sent");
  },
);

test("a call leaves from `localAddress`, by `family`", async () => {
  await using server = await serve(json(um));
  const binance = createClient({ ...key, baseUrl: server.url, localAddress: "127.0.0.2", family: 4 });
  await binance.getUmAccount();
  expect(server.requests[0]?.socket.remoteAddress).toBe("127.0.0.2");
  const six = createClient({
    ...key,
    baseUrl: server.url.replace("127.0.0.1", "localhost"),
    family: 6,
    retry: { attempts: 1 },
  });
  expect((await errorOf(() => six.getUmAccount())).code).toBe("CONNECTION");
});

test("an agent of one's own makes the connections", async () => {
  await using server = await serve(json(um));
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const createConnection = vi.fn(agent.createConnection.bind(agent));
  agent.createConnection = createConnection as typeof agent.createConnection;
  const binance = createClient({ ...key, baseUrl: server.url, agent });
  await Promise.all([1, 2, 3].map(() => binance.getUmAccount()));
  expect([createConnection.mock.calls.length, server.requests.length]).toEqual([1, 3]);
  agent.destroy();
});

test.each([
  [
    { agent: {} },
    "`agent` must be an Agent of node:https or node:http; received an object. For one of undici give a `fetch` that uses it.",
  ],
  [{ agent: "x" }, /^`agent` must be an Agent of node:https or node:http; received a string\./],
  [
    { agent: new Agent(), fetch },
    "Give `fetch` or `agent`, not both: `fetch` makes the connections by itself.",
  ],
  [
    { proxy: "http://a.test", fetch },
    "Give `fetch` or `proxy`, not both: `fetch` makes the connections by itself.",
  ],
  [
    { agent: new Agent(), tls: {} },
    "Give `agent` or `tls`, not both: `agent` makes the connections by itself.",
  ],
  [{ family: 5 }, "`family` must be 4 or 6; received 5."],
  [{ localAddress: 5 }, "`localAddress` must be an IP address; received 5."],
  [
    { tls: { rejectUnauthorized: false } },
    "Certificates are always checked: give the authority as `tls.ca`, not `rejectUnauthorized`.",
  ],
  [{ tls: { cas: "" } }, /^`tls` has no option `cas`/],
  [{ proxy: "ftp://a.test" }, "`proxy` must be the address of a proxy, such as http://proxy.example:3128."],
])("createClient %o", async (options, message) => {
  const error = await errorOf(() => createClient({ ...key, ...(options as object) }));
  expect([error.code, error.message]).toEqual([
    "INVALID_ARGUMENT",
    typeof message === "string" ? message : expect.stringMatching(message),
  ]);
});

test("an agent for another protocol is said at the call", async () => {
  await using server = await serve(json(um));
  const error = await errorOf(() =>
    createClient({ ...key, baseUrl: server.url, agent: new HttpsAgent() }).getUmAccount(),
  );
  expect([error.code, error.message]).toEqual([
    "INVALID_ARGUMENT",
    "`agent` must be for the protocol of the server: https needs an Agent of node:https.",
  ]);
});
