import createClient, { type Middleware } from "openapi-fetch";
import { expect, test } from "vitest";

// What we rely on in openapi-fetch, which gets no more updates: whoever replaces or patches it has to keep this.

const baseUrl = "https://api.example.test";
const json = (body: unknown, status = 200) => Response.json(body, { status });

/** A client whose requests end in this answer; remembers what was sent. */
function clientWith(answer: (request: Request) => Response | Promise<Response>, options: object = {}) {
  const sent: Request[] = [];
  const fetch = async (request: Request) => {
    sent.push(request);
    return answer(request);
  };
  const client = createClient<Record<string, Record<string, never>>>({ baseUrl, fetch, ...options });
  const GET = client.GET as unknown as (path: string, init?: object) => Promise<Record<string, unknown>>;
  return { GET, use: client.use, eject: client.eject, sent };
}

test("joins address, path and the query exactly as the serializer writes it", async () => {
  const query = "symbol=%E5%B8%81%E5%AE%89&recvWindow=5000&a=%2B%20'";
  const { GET, sent } = clientWith(() => json({}), { querySerializer: () => query });
  await GET("/v1/account", { params: { query: { any: 1 } } });
  expect(sent[0]?.url.replaceAll("%27", "'")).toBe(`${baseUrl}/v1/account?${query}`);
});

test("sends no question mark for an empty query, and calls the serializer once", async () => {
  const queries: unknown[] = [];
  const { GET, sent } = clientWith(() => json({}), {
    querySerializer(query: unknown) {
      queries.push(query);
      return "";
    },
  });
  await GET("/v1/account", { params: { query: {} } });
  expect([sent[0]?.url, queries]).toEqual([`${baseUrl}/v1/account`, [{}]]);
});

test("makes requests with the class that it is given, and hands it the options of the call", async () => {
  class Own {
    readonly url: string;
    readonly init: Record<string, unknown>;
    constructor(url: string, init: Record<string, unknown>) {
      this.url = url;
      this.init = init;
    }
  }
  const { GET, sent } = clientWith(() => json({ a: 1 }), { Request: Own });
  const call = { mine: true };
  await GET("/v1/account", { call });
  const [own] = sent as unknown as Own[];
  expect(own).toBeInstanceOf(Own);
  expect([own?.url, own?.init.call]).toEqual([`${baseUrl}/v1/account`, call]);
});

test("reads of a response what ours stand in for: status, ok, one header, json() and text()", async () => {
  const asked: PropertyKey[] = [];
  const response = new Proxy(
    { status: 200, ok: true, headers: { get: () => "1" }, json: () => ({ a: 1 }), text: () => '{"a":1}' },
    {
      get(target, name) {
        asked.push(name);
        return Reflect.get(target, name);
      },
    },
  );
  const { GET } = clientWith(() => response as never);
  expect((await GET("/v1/account")).data).toEqual({ a: 1 });
  const known = new Set<PropertyKey>(["status", "ok", "headers", "json", "text", "then", "body"]);
  expect(asked.filter((name) => !known.has(name))).toEqual([]);
});

test("gives data for a success, error for any other status, and the response with both", async () => {
  const good = await clientWith(() => json({ a: 1 })).GET("/v1/account");
  expect(good).toEqual({ data: { a: 1 }, response: expect.any(Response) });
  const bad = await clientWith(() => json({ code: -1021 }, 400)).GET("/v1/account");
  expect(bad).toEqual({ error: { code: -1021 }, response: expect.any(Response) });
  const page = await clientWith(() => new Response("<html>", { status: 503 })).GET("/v1/account");
  expect(page.error).toBe("<html>");
});

test("passes on what fetch throws", async () => {
  const reason = new Error("no network");
  await expect(clientWith(() => Promise.reject(reason)).GET("/v1/account")).rejects.toBe(reason);
});

const named = (name: string, seen: string[]): Middleware => ({
  onRequest: () => void seen.push(`${name} request`),
  onResponse: () => void seen.push(`${name} response`),
});

test("runs middlewares in order towards the server, and in the opposite order back", async () => {
  const seen: string[] = [];
  const { GET, use } = clientWith(() => json({}));
  use(named("first", seen), named("second", seen));
  await GET("/v1/account");
  expect(seen).toEqual(["first request", "second request", "second response", "first response"]);
});

test("takes middlewares of a single call, after those of the client", async () => {
  const seen: string[] = [];
  const { GET, use } = clientWith(() => json({}));
  use(named("client", seen));
  await GET("/v1/account", { middleware: [named("call", seen)] });
  expect(seen.slice(0, 2)).toEqual(["client request", "call request"]);
});

test("lets a middleware change the request, answer in the server's place, and replace the response", async () => {
  const { GET, use, eject, sent } = clientWith(() => json({ from: "server" }));
  const header: Middleware = {
    onRequest: ({ request }) => {
      request.headers.set("x-trace", "1");
      return request;
    },
  };
  use(header);
  await GET("/v1/account");
  expect(sent[0]?.headers.get("x-trace")).toBe("1");
  const answers: Middleware = { onRequest: () => json({ from: "cache" }) };
  use(answers);
  expect((await GET("/v1/account")).data).toEqual({ from: "cache" });
  expect(sent).toHaveLength(1);
  eject(answers);
  use({ onResponse: () => json({ from: "middleware" }) });
  expect((await GET("/v1/account")).data).toEqual({ from: "middleware" });
});

test("refuses what is no middleware when it is added", () => {
  const { use } = clientWith(() => json({}));
  expect(() => use({} as Middleware)).toThrow(/middleware/i);
});
