import { BinanceError, createClient } from "binance-accounts";

/**
 * What the client promises, tried on whatever runtime this file is run on. It knows the runtime only by what the package does there:
 * with connections of its own, or with the runtime's fetch.
 */
const operations = [
  "getPortfolioAccount",
  "getCmAccount",
  "getCmPositionRisk",
  "getUmAccount",
  "getCoinMAccount",
];

/** Runs everything; each result has a name, and an error or a remark. */
export async function run(config) {
  const { mockUrl, controlUrl, keys, pems, faults } = config;
  const [hmac] = keys;
  const own = hasOwnConnections();
  const results = [];

  const ask = async (ask, of) => {
    const response = await fetch(controlUrl, { method: "POST", body: JSON.stringify({ ask, of }) });
    return response.json();
  };
  const using = async (wanted, use) => {
    const { id, port } = await ask("open", wanted);
    try {
      return await use({ url: `http://127.0.0.1:${port}`, port, ask: (what) => ask(what, id) });
    } finally {
      await ask("close", id);
    }
  };
  const connect = (options = {}) =>
    createClient({ baseUrl: mockUrl, ...("apiKey" in options ? {} : hmac.client), ...options });

  const step = async (name, run) => {
    try {
      results.push({ name, remark: (await bounded(run())) ?? "" });
    } catch (error) {
      results.push({ name, error: describe(error) });
    }
  };

  results.push({ name: "requests are carried by", remark: own ? "own" : "fetch" });

  for (const { kind, client } of keys) {
    await step(`${kind}: all operations`, async () => {
      const binance = connect(client);
      for (const id of operations) check(typeof (await binance[id]()) === "object", `${id} gives data`);
    });
  }
  await step("RSA as PKCS#1, Ed25519 with CRLF", async () => {
    await connect({ ...keys[1].client, privateKey: pems.pkcs1 }).getUmAccount();
    await connect({
      ...keys[2].client,
      privateKey: keys[2].client.privateKey.replaceAll("\n", "\r\n"),
    }).getUmAccount();
  });
  await step("a CryptoKey of each kind", async () => {
    const binary = (pem) =>
      Uint8Array.from(atob(pem.replace(/-----[^-]+-----|\s/g, "")), (char) => char.charCodeAt(0));
    const rsa = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
    const hashed = { name: "HMAC", hash: "SHA-256" };
    const secret = await crypto.subtle.importKey(
      "raw",
      new TextEncoder().encode(hmac.client.secret),
      hashed,
      false,
      ["sign"],
    );
    await connect({ secret }).getUmAccount();
    for (const [{ client }, algorithm] of [
      [keys[1], rsa],
      [keys[2], { name: "Ed25519" }],
    ]) {
      const privateKey = await crypto.subtle.importKey("pkcs8", binary(client.privateKey), algorithm, false, [
        "sign",
      ]);
      await connect({ ...client, privateKey }).getUmAccount();
    }
  });
  await step("an encrypted key is opened, or refused with a reason", async () => {
    const call = async () =>
      connect({ ...keys[1].client, privateKey: pems.encrypted, passphrase: pems.passphrase }).getUmAccount();
    if (own) return void (await call());
    const error = await errorOf(call());
    check(error.code === "INVALID_KEY" && /only Node can open/.test(error.message), describe(error));
    return "refused";
  });
  await step("damaged and foreign keys are INVALID_KEY", async () => {
    for (const privateKey of [
      pems.ec,
      keys[1].client.privateKey.replace(/^(.{40}).{20}/m, "$1"),
      pems.public,
    ]) {
      const error = await errorOf(
        (async () => connect({ apiKey: keys[1].client.apiKey, privateKey }).getUmAccount())(),
      );
      check(error.code === "INVALID_KEY", describe(error));
    }
  });
  await step("a wrong secret is SIGNATURE_REJECTED, -1022", async () => {
    const error = await errorOf(connect({ secret: "wrong" }).getUmAccount());
    check(
      error instanceof BinanceError && error.code === "SIGNATURE_REJECTED" && error.binanceCode === -1022,
      describe(error),
    );
    check(error.status === 400 && error.attempts === 1, describe(error));
  });
  await step("values beyond ASCII are signed as they are sent", async () => {
    for (const marginAsset of ["币安", "A B", "A'B", "A(B)!*", "a+b"]) {
      const error = await connect()
        .getCmPositionRisk({ marginAsset })
        .then(
          () => undefined,
          (error) => error,
        );
      check(error === undefined || error.code === "INVALID_PARAMETER", describe(error));
    }
  });
  await step("middlewares see an unsigned Request and a Response", async () => {
    const binance = connect();
    const seen = [];
    binance.use({
      onRequest({ request }) {
        seen.push(
          request instanceof Request,
          !request.url.includes("signature"),
          !request.headers.has("x-mbx-apikey"),
        );
        request.headers.set("accept-language", "zh");
        return request;
      },
      async onResponse({ response }) {
        const { assets } = await response.clone().json();
        seen.push(response instanceof Response, response.status === 200, Array.isArray(assets));
      },
    });
    const { assets } = await binance.getUmAccount();
    check(Array.isArray(assets) && seen.length === 6 && seen.every(Boolean), seen.join());
    const { response } = await binance.GET("/papi/v1/um/account");
    check(Array.isArray((await response.json()).assets), "the answer can be read again");
  });
  await step("GET's answer is a Response that can be read", async () => {
    const { data, response } = await connect().GET("/papi/v1/um/account");
    check(response instanceof Response, "instanceof Response");
    check(
      response.status === 200 && response.ok && Number(response.headers.get("x-mbx-used-weight-1m")) > 0,
      "status and headers",
    );
    const copy = response.clone();
    check(JSON.stringify(await response.json()) === JSON.stringify(data), "json()");
    check(response.bodyUsed && (await copy.text()).startsWith("{"), "clone() and text()");
    check(Object.prototype.toString.call(response) === "[object Response]", "toString");
    const refused = await connect({ secret: "wrong" }).GET("/papi/v1/um/account");
    check(
      refused.error.code === -1022 && refused.response.status === 400 && !refused.response.ok,
      "a refusal",
    );
  });
  await step("32 calls at once, then 32 more: connections made", () =>
    using("good", async ({ url, ask }) => {
      const binance = connect({ baseUrl: url });
      const made = [];
      for (let round = 0; round < 2; round++) {
        await Promise.all(Array.from({ length: 32 }, () => binance.getUmAccount()));
        made.push((await ask("state")).made);
      }
      const { requests } = await ask("state");
      check(requests.length === 64, `${requests.length} requests arrived`);
      check(made[0] <= 32 && (!own || made[1] === made[0]), `${made.join(", then ")} connections`);
      return made.join(" → ");
    }),
  );
  await step("the HTTP request is well formed, with one Host and no cookie", () =>
    using("good", async ({ url, port, ask }) => {
      await connect({ baseUrl: url }).getUmAccount();
      const [{ head }] = (await ask("state")).requests;
      check(head.startsWith("GET /papi/v1/um/account?") && / HTTP\/1\.1\r\n/.test(head), head);
      check(
        head
          .match(/^host: .*$/gim)
          ?.join()
          .toLowerCase() === `host: 127.0.0.1:${port}`,
        "Host",
      );
      check(!/^cookie:/im.test(head) && !/^referer: .*signature/im.test(head), "cookie");
    }),
  );
  await step("a connection that the server closes meanwhile costs no attempt", () =>
    using("closing", async ({ url, ask }) => {
      const binance = connect({ baseUrl: url });
      for (let call = 0; call < 5; call++) {
        await binance.getUmAccount();
        await ask("quiet"); // both sides know of it before the next call
      }
      const { requests } = await ask("state");
      check(requests.length === 5, `${requests.length} requests for 5 calls`);
    }),
  );
  await step("the server's clock is learnt", () =>
    using("hourAhead", async ({ url, ask }) => {
      const binance = connect({ baseUrl: url });
      check(binance.clockOffset === undefined, "nothing is known before");
      await binance.getUmAccount();
      const { min, max } = binance.clockOffset;
      check(min > 3_590_000 && max < 3_610_000 && min <= max, `${min} to ${max}`);
      await binance.getUmAccount();
      const [, { target }] = (await ask("state")).requests;
      const ahead = Number(/timestamp=(\d+)/.exec(target)[1]) - Date.now();
      check(ahead > 3_590_000 && ahead <= 3_600_000, `timestamps are ${ahead} ms ahead`);
    }),
  );
  await step("a redirect is not followed", () =>
    using("good", async ({ url, ask }) => {
      const redirect = faults.find(({ name }) => name === "302 to itself");
      await using(redirect.index, async (server) => {
        const error = await errorOf(connect({ baseUrl: server.url }).getUmAccount());
        check(
          error.code === "REDIRECT_REFUSED" && (await server.ask("state")).requests.length === 1,
          describe(error),
        );
      });
      check((await ask("state")).requests.length === 0, url);
    }),
  );
  await step("https by a name, five calls", () =>
    using("trusted", async ({ port, ask }) => {
      const binance = connect({ baseUrl: `https://localhost:${port}` });
      for (let call = 0; call < 5; call++) await binance.getUmAccount();
      const { requests, made } = await ask("state");
      check(requests.length === 5 && (!own || made === 1), `${made} connections`);
      return `${made}`;
    }),
  );
  await step("https with a certificate of another name gets no key", () =>
    using("trusted", async ({ port, ask }) => {
      if (config.trustsAnyName) return "–";
      const error = await errorOf(
        connect({
          baseUrl: `https://127.0.0.1:${port}`,
          retry: { attempts: 2, baseDelay: 1 },
        }).getUmAccount(),
      );
      const { requests } = await ask("state");
      check(requests.length === 0, "the key was sent");
      check(error.code === "CONNECTION" && (!own || error.attempts === 1), describe(error));
      return error.attempts === 1 ? "" : "repeated";
    }),
  );
  await step("https that nobody vouches for gets no key, whatever the environment says", () =>
    using("untrusted", async ({ port, ask }) => {
      const env = own ? globalThis.process.env : {};
      env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
      const error = await errorOf(
        connect({
          baseUrl: `https://127.0.0.1:${port}`,
          retry: { attempts: 2, baseDelay: 1 },
        }).getUmAccount(),
      );
      delete env.NODE_TLS_REJECT_UNAUTHORIZED;
      const { requests } = await ask("state");
      check(requests.length === 0, "the key was sent");
      check(error.code === "CONNECTION" && (!own || error.attempts === 1), describe(error));
      return error.attempts === 1 ? "" : "repeated";
    }),
  );
  await step("`proxy` opens a tunnel, or is refused with a reason", () =>
    using("trusted", async ({ port, ask }) =>
      using("proxy", async (proxy) => {
        if (!own) {
          const error = await errorOf((async () => connect({ proxy: proxy.url }))());
          check(error.code === "INVALID_ARGUMENT", describe(error));
          return "refused";
        }
        const binance = connect({ baseUrl: `https://localhost:${port}`, proxy: proxy.url });
        await Promise.all([binance.getUmAccount(), binance.getUmAccount()]);
        await binance.getUmAccount();
        check(
          (await ask("state")).requests.length === 3 && (await proxy.ask("state")).requests.length === 2,
          "two tunnels, three calls",
        );
      }),
    ),
  );
  await step("a proxy leads to https that nobody vouches for: no key, nothing left open", () =>
    using("untrusted", async ({ port, ask }) =>
      using("proxy", async (proxy) => {
        if (!own) return "–";
        const error = await errorOf(
          connect({ baseUrl: `https://127.0.0.1:${port}`, proxy: proxy.url }).getUmAccount(),
        );
        check(error.code === "CONNECTION" && error.attempts === 1, describe(error));
        check((await ask("state")).requests.length === 0, "the key was sent");
        check((await proxy.ask("quiet")).open === 0, "the tunnel is left open");
      }),
    ),
  );
  await step("`agent` of node:http and node:https", async () => {
    if (!own) return "–";
    const { Agent } = globalThis.process.getBuiltinModule("node:http");
    const { Agent: TlsAgent } = globalThis.process.getBuiltinModule("node:https");
    const agent = new Agent({ keepAlive: true });
    const binance = connect({ agent });
    for (const id of operations) await binance[id]();
    agent.destroy();
    await using("trusted", async ({ port }) => {
      const agent = new TlsAgent({ keepAlive: true });
      await connect({ baseUrl: `https://localhost:${port}`, agent }).getUmAccount();
      agent.destroy();
    });
  });
  await step("observers and diagnostics channels are told of an attempt", async () => {
    const told = [];
    const note = (message) => told.push(message.status);
    const observer = { attempt: (message) => ({ end: () => note(message) }) };
    const channel = "tracing:binance-accounts.attempt:asyncEnd";
    const { subscribe, unsubscribe } = own
      ? globalThis.process.getBuiltinModule("node:diagnostics_channel")
      : { subscribe() {}, unsubscribe() {} };
    subscribe(channel, note);
    const { attempts } = await connect({ observer }).getUmAccount().withResponse();
    unsubscribe(channel, note);
    check(attempts === 1 && told.join() === (own ? "200,200" : "200"), told.join());
  });
  await step("a client prints without its secrets", async () => {
    const binance = connect();
    for (const text of printed(binance))
      check(!text.includes(hmac.client.secret) && !text.includes(hmac.client.apiKey), text.slice(0, 200));
  });

  // The matrix of faults, a few at a time.
  const rows = [...faults];
  const met = [];
  await Promise.all(
    Array.from({ length: 6 }, async () => {
      for (let row = rows.shift(); row; row = rows.shift())
        met.push({ ...row, ...(await bounded(meet(row)).catch((error) => ({ broken: describe(error) }))) });
    }),
  );

  /** Lets one operation meet one fault, and says what was different from what the table says, and which promise was broken. */
  async function meet(row) {
    return using(row.index, async ({ port, ask }) => {
      const controller = new AbortController();
      const { client: key } = keys[row.index % keys.length];
      const stalls = row.outcome === "TIMEOUT" || row.family === "stall and drip";
      const timeout = stalls ? { total: 5000, connect: 200, headers: 200, body: 200 } : { total: 10_000 };
      const given = row.options.timeout;
      let looks = 0;
      const started = performance.now();
      const options = {
        ...key,
        now: row.startsAt ? () => row.startsAt + performance.now() - started : () => Date.now() + looks++,
        clock: row.family === "clock" ? "learn" : "system",
        maxBodyBytes: 2 ** 20,
        retry: { attempts: 3, baseDelay: 1, maxDelay: 2 },
        ...row.options,
        ...(row.abort === "pause" && { sleep: aborting(controller) }),
        timeout: typeof given === "object" ? { ...timeout, ...given } : (given ?? timeout),
        baseUrl: `${row.secure ? "https" : "http"}://${row.listen === "unknown" ? `${"a".repeat(64)}.test` : "127.0.0.1"}:${port}`,
      };
      const binance = createClient(options);
      const id = operations[row.index % operations.length];
      for (let call = 0; call < row.callsBefore; call++) await binance[id]().catch(() => {});
      const before = (await ask("state")).requests.length;
      if (row.abort === "before") controller.abort();
      if (row.abort === "request" && row.listen !== "raw") ask("arrival").then(() => controller.abort());
      if (row.abort === "body" || (row.abort === "request" && row.listen === "raw"))
        setTimeout(() => controller.abort(), 150);
      const began = performance.now();
      const outcome = await binance[id]({}, { signal: controller.signal }).then(
        (data) => ({ data }),
        (error) => ({ error }),
      );
      const took = performance.now() - began;
      const { requests } = await ask("state");
      const broken = [];
      const attempts = outcome.error ? outcome.error.attempts : requests.length - before;
      if (outcome.error) {
        if (!(outcome.error instanceof BinanceError)) broken.push(`not a BinanceError: ${outcome.error}`);
        const signatures = requests.map(({ target }) => /signature=(.*)/.exec(target)?.[1] ?? "");
        const secrets = [
          key.apiKey,
          key.secret,
          key.privateKey?.split("\n")[1],
          ...signatures,
          ...signatures.map(decodeURIComponent),
        ];
        for (const secret of secrets.filter(Boolean))
          if (printed(outcome.error).some((text) => text.includes(secret)))
            broken.push("a secret is printed");
      } else if (typeof outcome.data !== "object") broken.push(`no data: ${outcome.data}`);
      if (took > 11_000) broken.push(`took ${Math.round(took)} ms`);
      if (row.listen === "tls" && requests.length > 0) broken.push("the key was sent");
      const code = outcome.error?.code ?? "data";
      // What becomes of a handshake that is given up is the affair of the runtime's fetch.
      const closes = own || row.listen !== "raw";
      if (closes && (code === "TIMEOUT" || (code === "ABORTED" && row.abort !== "pause")) && attempts > 0) {
        const { open } = await ask("quiet");
        if (open > 0) broken.push("a connection is left open");
      }
      const was = `${code} after ${attempts}`;
      const expected = `${row.outcome} after ${row.attempts}`;
      const web = row.onWeb && `${row.onWeb.outcome} after ${row.onWeb.attempts}`;
      const sent = requests.length - before;
      const arrived = row.listen === undefined && sent !== attempts ? `, ${sent} sent` : "";
      const early = took < row.atLeast ? ", too early" : "";
      return {
        ...(broken.length > 0 && { broken: broken.join("; ") }),
        ...(!((was === expected || (!own && was === web)) && arrived === "" && early === "") && {
          differs: `${was}${arrived}${early}, not ${expected}`,
        }),
      };
    });
  }

  met.sort((one, other) => one.index - other.index);
  return {
    results,
    met: met.map(({ family, name, broken, differs }) => ({ family, name, broken, differs })),
  };
}

const aborting = (controller) => (_ms, signal) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
    controller.abort();
  });

function hasOwnConnections() {
  try {
    createClient({ apiKey: "a", secret: "b", proxy: "http://127.0.0.1:9" });
    return true;
  } catch {
    return false;
  }
}

/** Everything that a person or a program would see of a value. */
function printed(value) {
  const inspect = globalThis.process?.getBuiltinModule?.("node:util")?.inspect;
  const all = { depth: 20, showHidden: true };
  return [
    String(value.stack ?? ""),
    JSON.stringify(value) ?? "",
    JSON.stringify(Object.getOwnPropertyDescriptors(value)),
    inspect?.(value, all) ?? "",
    globalThis.Deno?.inspect(value, all) ?? "",
    globalThis.Bun?.inspect(value, all) ?? "",
    ...(value.cause ? printed(value.cause) : []),
  ];
}

function check(condition, what) {
  if (!condition) throw new Error(what);
}

const errorOf = (promise) =>
  promise.then(
    () => {
      throw new Error("there was no error");
    },
    (error) => error,
  );

const describe = (error) =>
  error instanceof BinanceError
    ? `${error.code} after ${error.attempts}: ${error.message} ${error.cause ? `[${error.cause.name} ${error.cause.message}]` : ""}`
    : String(error?.stack ?? error)
        .split("\n")
        .slice(0, 3)
        .join(" ");

/** What hangs is told as such. */
async function bounded(promise) {
  let timer;
  try {
    return await Promise.race([
      promise,
      new Promise((_resolve, reject) => {
        timer = setTimeout(() => reject(new Error("hangs")), 20_000);
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
}
