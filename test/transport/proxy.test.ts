import { createServer as createHttpServer, type IncomingMessage } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import { expect, test, vi } from "vitest";
import { type CommonOptions, createClient } from "../../src/index.js";
import { readProxy } from "../../src/transport/proxy.js";
import { type Exchange, goodBody, startFaultServer } from "../faults/server.js";
import { certificateFor } from "../support/certificate.js";
import { errorOf } from "../support/errors.js";
import { hmacKey } from "../support/keys.js";
import { hasOpenssl } from "../support/openssl.js";
import { runModule } from "../support/process.js";

const listen = async <
  S extends { listen(port: number, host: string, done: () => void): unknown; address(): unknown },
>(
  server: S,
) => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
};

/** Calls a server that no resolver knows, through this proxy. */
const through = (proxy: string, options: CommonOptions = {}) =>
  createClient({
    ...hmacKey().client,
    baseUrl: "https://papi.exchange.test",
    proxy,
    retry: { attempts: 3, baseDelay: 0 },
    ...options,
  }).getUmAccount();

/** A server of TLS under a name that no resolver knows, and a proxy that leads every tunnel there. */
async function world() {
  const { client: key } = hmacKey();
  const name = "papi.exchange.test";
  const certificate = certificateFor(name, "127.0.0.1");
  const requests: IncomingMessage[] = [];
  const server = createHttpsServer(certificate, (request, response) => {
    requests.push(request);
    response.end(goodBody("/papi/v1/um/account"));
  });
  const port = await listen(server);
  const tunnels: IncomingMessage[] = [];
  const sockets = new Set<Socket>();
  let carried = "";
  const proxy = createHttpServer((_request, response) => response.writeHead(405).end());
  proxy.on("connect", (request: IncomingMessage, client: Socket) => {
    tunnels.push(request);
    sockets.add(client);
    const upstream = connect(port, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection established\r\nVia: 1.1 test\r\n\r\n");
      client.on("data", (chunk) => {
        carried += chunk.toString("latin1");
      });
      client.pipe(upstream).pipe(client);
    });
    sockets.add(upstream);
    for (const socket of [client, upstream]) socket.on("error", () => {});
  });
  const proxyPort = await listen(proxy);
  return {
    ...{ name, port, proxyPort, tunnels, requests, key, ca: certificate.cert },
    carried: () => carried,
    /** What the program prints in this environment. */
    async run(env: NodeJS.ProcessEnv, options: object = {}, baseUrl = `https://${name}`) {
      const own = {
        BINANCE_API_KEY: key.apiKey,
        BINANCE_API_SECRET: String(key.secret),
        NODE_EXTRA_CA_CERTS: certificate.file,
      };
      const none = {
        HTTPS_PROXY: "",
        https_proxy: "",
        ALL_PROXY: "",
        all_proxy: "",
        NO_PROXY: "",
        no_proxy: "",
      };
      const args = ["test/support/through-proxy.ts", JSON.stringify(options)];
      const { stdout, stderr } = await runModule("tsx/dist/cli.mjs", args, {
        env: { ...none, ...own, BINANCE_BASE_URL: baseUrl, ...env },
      });
      return stdout.trim() || stderr;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      certificate[Symbol.dispose]();
      server.closeAllConnections();
      await Promise.all([server, proxy].map((one) => new Promise((resolve) => one.close(resolve))));
    },
  };
}

test.skipIf(!hasOpenssl)(
  "HTTPS_PROXY is followed by one tunnel, which TLS crosses from end to end",
  async () => {
    await using it = await world();
    expect(await it.run({ HTTPS_PROXY: `http://127.0.0.1:${it.proxyPort}` })).toBe("data");
    expect([it.tunnels.map(({ url }) => url), it.requests.length]).toEqual([[`${it.name}:443`], 3]);
    expect(it.requests[0]?.headers["x-mbx-apikey"]).toBe(it.key.apiKey);
    expect(it.carried().length).toBeGreaterThan(0);
    for (const secret of [it.key.apiKey, "signature", "x-mbx-apikey"])
      expect(it.carried()).not.toContain(secret);
  },
);

test.skipIf(!hasOpenssl)("the option is followed, with its user and password", async () => {
  await using it = await world();
  expect(await it.run({}, { proxy: `http://me:pass%20word@127.0.0.1:${it.proxyPort}` })).toBe("data");
  expect(it.tunnels[0]?.headers["proxy-authorization"]).toBe(
    `Basic ${Buffer.from("me:pass word").toString("base64")}`,
  );
});

test.each([
  [407, 1, "The proxy wants a user name and password (407): http://user:password@host:port."],
  [403, 1, "The proxy refused to connect to the server (403)."],
  [503, 3, "The proxy could not connect to the server (503)."],
])("a proxy's %i is asked for %i times, and blamed on the proxy", async (status, times, said) => {
  await using proxy = await startFaultServer(({ socket }) =>
    socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`),
  );
  const { code, message } = await errorOf(() => through(`http://me:p%40ss@127.0.0.1:${proxy.port}`));
  expect([code, message, proxy.requests.length]).toEqual(["CONNECTION", said, times]);
});

test("a proxy that is not there is not taken for the server", async () => {
  const gone = await startFaultServer(() => {});
  await gone[Symbol.asyncDispose]();
  const options = {
    baseUrl: "https://papi.exchange.test",
    proxy: `http://127.0.0.1:${gone.port}`,
    retry: { attempts: 1 },
  };
  const { message } = await errorOf(() => createClient({ ...hmacKey().client, ...options }).getUmAccount());
  expect(message).toBe("The connection to the proxy could not be made, or broke (ECONNREFUSED).");
});

test.skipIf(!hasOpenssl)("a proxy whose certificate nobody vouches for is not asked twice", async () => {
  using certificate = certificateFor("127.0.0.1");
  let connections = 0;
  const proxy = createHttpsServer(certificate).on("connection", () => (connections += 1));
  const options = {
    baseUrl: "https://papi.exchange.test",
    proxy: `https://127.0.0.1:${await listen(proxy)}`,
  };
  const { message } = await errorOf(() => createClient({ ...hmacKey().client, ...options }).getUmAccount());
  proxy.close();
  expect([message, connections]).toEqual([
    expect.stringMatching(
      /^The TLS of the proxy cannot be trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)\..*NODE_EXTRA_CA_CERTS/,
    ),
    1,
  ]);
});

test.skipIf(!hasOpenssl)(
  "a proxy cannot take the server's place: its certificate has to be right",
  async () => {
    await using it = await world();
    expect(
      await it.run({ HTTPS_PROXY: `http://127.0.0.1:${it.proxyPort}` }, {}, "https://papi.binance.com"),
    ).toMatch(
      /^The TLS of papi\.binance\.com cannot be trusted \(ERR_TLS_CERT_ALTNAME_INVALID\)\. Neither key nor request was sent\.$/,
    );
    expect([it.tunnels.length, it.requests.length]).toEqual([1, 0]);
  },
);

test.skipIf(!hasOpenssl)("no variable of the environment makes an unknown certificate good", async () => {
  await using it = await world();
  const lax = { NODE_TLS_REJECT_UNAUTHORIZED: "0", NODE_EXTRA_CA_CERTS: "" };
  const said = await it.run(lax, {}, `https://127.0.0.1:${it.port}`);
  expect(said).toContain("cannot be trusted (DEPTH_ZERO_SELF_SIGNED_CERT)");
  expect(said).toContain("NODE_TLS_REJECT_UNAUTHORIZED=0 is not followed");
  expect(it.requests).toEqual([]);
});

test.skipIf(!hasOpenssl)("NO_PROXY and `proxy: false` go past it", async () => {
  await using it = await world();
  const proxy = { HTTPS_PROXY: `http://127.0.0.1:${it.proxyPort}` };
  const direct = `https://127.0.0.1:${it.port}`;
  expect(await it.run({ ...proxy, NO_PROXY: "example.com, 127.0.0.1" }, {}, direct)).toBe("data");
  expect(await it.run(proxy, { proxy: false }, direct)).toBe("data");
  expect([it.tunnels.length, it.requests.length]).toEqual([0, 6]);
});

test.skipIf(!hasOpenssl)("`proxy` and `tls.ca` go together", async () => {
  await using it = await world();
  const proxy = `http://127.0.0.1:${it.proxyPort}`;
  expect(await it.run({ NODE_EXTRA_CA_CERTS: "" }, { proxy })).toContain("DEPTH_ZERO_SELF_SIGNED_CERT");
  expect(await it.run({ NODE_EXTRA_CA_CERTS: "" }, { proxy, tls: { ca: it.ca } })).toBe("data");
});

test.skipIf(!hasOpenssl)("`tls.ca` vouches for a proxy over TLS, too", async () => {
  using certificate = certificateFor("127.0.0.1");
  const asked: string[] = [];
  const proxy = createHttpsServer(certificate).on("connect", ({ url = "" }, socket) => {
    asked.push(url);
    socket.end("HTTP/1.1 403 No\r\n\r\n");
  });
  const address = `https://127.0.0.1:${await listen(proxy)}`;
  const { message } = await errorOf(() => through(address, { tls: { ca: certificate.cert } }));
  proxy.close();
  expect([message, asked]).toEqual([
    "The proxy refused to connect to the server (403).",
    ["papi.exchange.test:443"],
  ]);
});

test("a proxy that speaks no TLS is told to be one of http", async () => {
  await using proxy = await startFaultServer(({ socket }) => socket.end("HTTP/1.1 400 No\r\n\r\n"), {
    raw: true,
  });
  const { code, message } = await errorOf(() => through(`https://127.0.0.1:${proxy.port}`));
  expect([code, message]).toEqual([
    "CONNECTION",
    expect.stringMatching(/^The proxy does not speak TLS \(\w+\): write its address with http:\/\/\.$/),
  ]);
});

test.each([
  ["says nothing", () => {}],
  ["answers and then says nothing", ({ write }: Exchange) => write("HTTP/1.1 200 OK\r\n\r\n")],
])("a call that is given up while a proxy %s leaves no connection to it", async (_what, behave) => {
  await using proxy = await startFaultServer(behave);
  const address = `http://127.0.0.1:${proxy.port}`;
  const { code } = await errorOf(() => through(address, { timeout: 100 }));
  expect(code).toBe("TIMEOUT");
  await vi.waitFor(() => expect(proxy.open()).toBe(0));
});

test.each(["ALL_PROXY", "all_proxy"])("%s is followed where nothing names a proxy for https", (name) => {
  const env = { [name]: "http://all.test:1" };
  const server = new URL("https://papi.binance.com");
  expect(readProxy(undefined, env)(server)?.host).toBe("all.test");
  expect(readProxy(undefined, { ...env, HTTPS_PROXY: "http://https.test:1" })(server)?.host).toBe(
    "https.test",
  );
});

test.each(["socks5://proxy.test:1080", "socks://proxy.test", "SOCKS5H://me:word@proxy.test"])(
  "%s is told what to give instead",
  (address) => {
    const reading = () => readProxy(undefined, { ALL_PROXY: address })(new URL("https://papi.binance.com"));
    expect(reading).toThrow(
      /^ALL_PROXY must be the address of an HTTP proxy; received one of SOCKS\..*`agent: new SocksProxyAgent/,
    );
    expect(reading).not.toThrow("word");
  },
);

test("http to this machine takes no proxy", () => {
  expect(readProxy("http://127.0.0.1:1", {})(new URL("http://127.0.0.1:2"))).toBeUndefined();
});

test.each([
  ["papi.binance.com", "", true],
  ["papi.binance.com", "binance.com", false],
  ["papi.binance.com", ".binance.com", false],
  ["papi.binance.com", "*.binance.com", false],
  ["papi.binance.com", "PAPI.Binance.com", false],
  ["papi.binance.com", "notbinance.com,inance.com", true],
  ["papi.binance.com", "a.test papi.binance.com:443", false],
  ["papi.binance.com", "papi.binance.com:8443", true],
  ["papi.binance.com:8443", "papi.binance.com:8443", false],
  ["papi.binance.com", "*", false],
  ["127.0.0.1", "127.0.0.1", false],
  ["10.0.0.1", "0.0.1", true],
  ["10.0.0.1", "10.0.0.0/8", false],
  ["11.0.0.1", "10.0.0.0/8", true],
  ["10.0.0.1", "10.0.0.0/99", true],
  ["10.0.0.1", "proxy.test/8", true],
  ["papi.binance.com", "10.0.0.0/8", true],
  ["[fd00::1]", "fd00::/8", false],
  ["[fe80::1]", "fd00::/8", true],
  ["[::1]", "::1", false],
  ["[::1]:8443", "[::1]:8443", false],
])("%s with NO_PROXY=%s takes a proxy: %s", (host, NO_PROXY, taken) => {
  const proxy = readProxy(undefined, { https_proxy: "http://proxy.test:3128", NO_PROXY });
  expect(proxy(new URL(`https://${host}`)) !== undefined).toBe(taken);
});

test.each([
  ["https://proxy.test", { secure: true, host: "proxy.test", port: 443, authorization: undefined }],
  ["proxy.test:3128", { secure: false, host: "proxy.test", port: 3128, authorization: undefined }],
  ["http://[::1]", { secure: false, host: "::1", port: 80, authorization: undefined }],
])("%s is a proxy", (text, expected) =>
  expect(readProxy(text, {})(new URL("https://papi.binance.com"))).toEqual(expected),
);

test.each(["", "ftp://proxy.test:1080", "http://", 5 as never, "http://a b"])("%j is no proxy", (text) => {
  expect(() => readProxy(text, {})).toThrow(
    "`proxy` must be the address of a proxy, such as http://proxy.example:3128.",
  );
});

test.each(["http://me%zz:word@proxy.test", "http://me:100%@proxy.test"])(
  "%j has credentials that cannot be read",
  (text) => {
    expect(() => readProxy(text, {})).toThrow(
      "`proxy` has a user name or password with a % that begins no escape; write it as %25.",
    );
  },
);

test.each([
  "HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n{}",
  "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
])("a proxy that answers for the server is refused: %j", async (text) => {
  await using proxy = await startFaultServer(({ write }) => write(text));
  const options = {
    baseUrl: "https://papi.exchange.test",
    proxy: `http://127.0.0.1:${proxy.port}`,
    retry: { attempts: 1 },
  };
  const { message } = await errorOf(() => createClient({ ...hmacKey().client, ...options }).getUmAccount());
  expect(message).toBe("The proxy answered in the server's place.");
  await vi.waitFor(() => expect(proxy.open()).toBe(0));
});

test("an environment that cannot be read is said at the first call, by the name of its variable", () => {
  const proxyFor = readProxy(undefined, { HTTPS_PROXY: "ftp://proxy.test:1080" });
  expect(() => proxyFor(new URL("https://papi.binance.com"))).toThrow(
    "HTTPS_PROXY must be the address of a proxy",
  );
});

test("an environment that may not be read is no matter without https, and is said with it", () => {
  const refusing = new Proxy(
    {},
    {
      get() {
        throw new Error("NotCapable");
      },
    },
  );
  const proxyFor = readProxy(undefined, refusing);
  expect(proxyFor(new URL("http://127.0.0.1:1"))).toBeUndefined();
  expect(() => proxyFor(new URL("https://papi.binance.com"))).toThrow("or set `proxy`, `false` for none");
  expect(readProxy(false, refusing)(new URL("https://papi.binance.com"))).toBeUndefined();
});
