import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import type { Subject } from "./clients.js";

/** `good`: the caller is safe; the word says what happened. */
export interface Verdict {
  good: boolean;
  word: string;
}

export interface Hazard {
  name: string;
  meet(world: Bench): Promise<Verdict>;
}

const apiKey = "an-api-key-of-this-scoreboard";
const secret = "a-secret-of-this-scoreboard";
const good = JSON.stringify({ assets: [], positions: [] });
const refusal = (code: number) => JSON.stringify({ code, msg: "No." });

type Answer = (response: ServerResponse, request: IncomingMessage, nth: number) => void;
interface Received {
  at: number;
  url: string;
}

/** A server on this machine and one client that speaks to it. */
export class Bench {
  readonly received: Received[] = [];
  readonly #close: (() => void)[] = [];
  readonly #create: (where: { url: string; apiKey: string; secret: string }) => Promise<Subject>;

  constructor(create: (where: { url: string; apiKey: string; secret: string }) => Promise<Subject>) {
    this.#create = create;
  }

  async listen(answer: Answer): Promise<string> {
    const server = createServer((request, response) => {
      this.received.push({ at: performance.now(), url: request.url ?? "" });
      response.setHeader("content-type", "application/json");
      answer(response, request, this.received.length);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    this.#close.push(() => {
      server.close();
      server.closeAllConnections();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async subject(answer: Answer): Promise<Subject> {
    return this.#create({ url: await this.listen(answer), apiKey, secret });
  }

  close(): void {
    for (const close of this.#close) close();
  }
}

type Outcome = { data: unknown } | { error: unknown } | "pending";

const settle = (call: Promise<unknown>, ms = 6000): Promise<Outcome> =>
  Promise.race([
    call.then(
      (data): Outcome => ({ data }),
      (error: unknown): Outcome => ({ error }),
    ),
    new Promise<Outcome>((resolve) => setTimeout(resolve, ms, "pending")),
  ]);

const isAccount = (outcome: Outcome) =>
  outcome !== "pending" &&
  "data" in outcome &&
  Array.isArray((outcome.data as { positions?: unknown })?.positions);

/** Safe is an error; anything resolved that is not an account is a wrong answer. */
function mustReject(outcome: Outcome): Verdict {
  if (outcome === "pending") return { good: false, word: "hangs" };
  if ("error" in outcome) return { good: true, word: "error" };
  const { data } = outcome;
  return {
    good: false,
    word: `resolves with ${data === undefined ? "undefined" : data === null ? "null" : typeof data === "string" ? "a string" : "it"}`,
  };
}

const answerWith =
  (status: number, body: string, headers: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(status, headers).end(body);
  };
const firstThen =
  (first: Answer): Answer =>
  (response, request, nth) =>
    (nth === 1 ? first : answerWith(200, good))(response, request, nth);

const wrongBody = (name: string, status: number, body: string, headers?: Record<string, string>): Hazard => ({
  name,
  meet: async (bench) =>
    mustReject(await settle((await bench.subject(answerWith(status, body, headers))).getUmAccount())),
});

export const hazards: Hazard[] = [
  {
    name: "printed with console.log",
    async meet(bench) {
      const text = inspect((await bench.subject(answerWith(200, good))).client, { depth: 6 });
      return text.includes(secret)
        ? { good: false, word: "shows the secret" }
        : { good: true, word: "no secret" };
    },
  },
  {
    name: "redirect to another host",
    async meet(bench) {
      let taken = false;
      const elsewhere = await bench.listen((response, request) => {
        taken ||= request.headers["x-mbx-apikey"] === apiKey;
        response.end(good);
      });
      await settle(
        (
          await bench.subject(
            (response, request) => void response.writeHead(307, { location: elsewhere + request.url }).end(),
          )
        ).getUmAccount(),
      );
      return taken ? { good: false, word: "key sent there" } : { good: true, word: "refused" };
    },
  },
  wrongBody("a page with 200", 200, "<html>busy</html>", { "content-type": "text/html" }),
  wrongBody("cut JSON with 200", 200, '{"assets":[],"posi'),
  wrongBody("empty 200", 200, ""),
  wrongBody("another shape with 200", 200, '{"status":"ok"}'),
  wrongBody("an error with 200", 200, refusal(-2015)),
  {
    name: "body that stalls",
    async meet(bench) {
      const subject = await bench.subject(
        (response) => void response.writeHead(200, { "content-length": 1000 }).write("{"),
      );
      return mustReject(await settle(subject.getUmAccount()));
    },
  },
  {
    name: "503, then good",
    async meet(bench) {
      const outcome = await settle(
        (await bench.subject(firstThen(answerWith(503, refusal(-1008))))).getUmAccount(),
      );
      const signatures = new Set(bench.received.map(({ url }) => /signature=([^&]*)/.exec(url)?.[1]));
      if (bench.received.length === 1) return { good: false, word: "gives up" };
      if (signatures.size === 1) return { good: false, word: "stale signature" };
      return {
        good: isAccount(outcome),
        word: isAccount(outcome) ? "repeated, signed anew" : "repeated in vain",
      };
    },
  },
  {
    name: "503 -1008 throughout",
    async meet(bench) {
      const outcome = await settle((await bench.subject(answerWith(503, refusal(-1008)))).getUmAccount());
      const kept =
        outcome !== "pending" && "error" in outcome && inspect(outcome.error, { depth: 4 }).includes("-1008");
      return { good: kept, word: kept ? "code kept" : "code lost" };
    },
  },
  {
    name: "429 for 1 s, then good",
    async meet(bench) {
      const outcome = await settle(
        (
          await bench.subject(firstThen(answerWith(429, refusal(-1003), { "retry-after": "1" })))
        ).getUmAccount(),
      );
      const [first, second] = bench.received;
      if (!first || !second) return { good: false, word: "gives up" };
      const early = second.at - first.at < 1000;
      return { good: !early && isAccount(outcome), word: early ? "too early" : "waits" };
    },
  },
  {
    name: "called again inside a ban",
    async meet(bench) {
      const subject = await bench.subject(answerWith(418, refusal(-1003), { "retry-after": "120" }));
      await settle(subject.getUmAccount());
      await settle(subject.getUmAccount());
      return bench.received.length > 1
        ? { good: false, word: "sends" }
        : { good: true, word: "sends nothing" };
    },
  },
  {
    name: "clock an hour off",
    async meet(bench) {
      const subject = await bench.subject((response, request) => {
        const now = Date.now() + 3_600_000;
        const right = Math.abs(now - Number(/timestamp=(\d+)/.exec(request.url ?? "")?.[1])) < 5000;
        response.setHeader("date", new Date(now).toUTCString());
        answerWith(right ? 200 : 400, right ? good : refusal(-1021))(response, request, 1);
      });
      const recovered = isAccount(await settle(subject.getUmAccount()));
      return { good: recovered, word: recovered ? "recovers" : "fails for ever" };
    },
  },
  {
    name: "a quote and a space in a parameter",
    async meet(bench) {
      let verified = false;
      const subject = await bench.subject((response, request) => {
        const [, payload = "", signature] = /\?(.*)&signature=([^&]*)$/.exec(request.url ?? "") ?? [];
        verified = createHmac("sha256", secret).update(payload).digest("hex") === signature;
        response.end("[]");
      });
      await settle(subject.getCmPositionRisk("it's (a) b"));
      return { good: verified, word: verified ? "signature right" : "signature wrong" };
    },
  },
  {
    name: "an object where a text belongs",
    async meet(bench) {
      const subject = await bench.subject(answerWith(200, "[]"));
      await settle(subject.getCmPositionRisk({ symbol: "BTCUSD" } as unknown as string));
      return bench.received.length > 0 ? { good: false, word: "sent" } : { good: true, word: "refused" };
    },
  },
];
