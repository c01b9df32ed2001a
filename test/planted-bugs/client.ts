import { createHmac, type KeyObject, sign } from "node:crypto";
import { Agent, type IncomingHttpHeaders, request } from "node:http";

/** What a client is given. */
export interface Connection {
  url: string;
  apiKey: string;
  /** An HMAC secret, or an RSA or Ed25519 key. */
  secret: string | KeyObject;
  /** Weight per minute that it may use. */
  weightLimit: number;
  /** Until an attempt has to be over, in ms. */
  timeout: number;
  now(): number;
  sleep(ms: number): Promise<void>;
  /** Sent with each request beside its own; how a test asks bare Prism for an answer. */
  headers(path: string): Record<string, string>;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

export type Filter = Record<string, string | undefined>;
type Row = Record<string, string>;
type Pair = readonly [name: string, value: string];
export interface PortfolioAccount {
  uniMMR: string;
  accountEquity: string;
  accountMaintMargin: string;
  accountStatus: string;
  totalAvailableBalance: string;
}

/** How a call fails; `code` is Binance's. */
export class Failure extends Error {
  readonly code: number | undefined;

  constructor(message: string, code?: number) {
    super(message);
    this.code = code;
  }
}

export const papi = {
  account: "/papi/v1/account",
  um: "/papi/v1/um/account",
  risk: "/papi/v1/cm/positionRisk",
};

/**
 * A small and correct monitor of one account: it signs, waits, repeats and reads as Binance asks.
 * Each planted bug is this class with one method overridden, so that bytes and behaviour are right but for the bug.
 */
export class Client {
  readonly to: Connection;
  readonly agent: Agent | false = new Agent({ keepAlive: true });
  /** Server time minus ours, in ms. */
  offset = 0;
  quietUntil = 0;
  banned = false;
  used = { minute: 0, weight: 0 };

  constructor(to: Connection) {
    this.to = to;
  }

  // What the account says

  async health(): Promise<{ ratio: string; equity: string; available: string | undefined; alarm: boolean }> {
    const account = (await this.get(papi.account)) as PortfolioAccount;
    const { accountEquity: equity, totalAvailableBalance: available } = account;
    return {
      ratio: this.ratio(account),
      equity,
      available: this.optional(available),
      alarm: this.isAlarm(account),
    };
  }

  ratio({ uniMMR }: PortfolioAccount): string {
    return uniMMR;
  }

  optional(decimal: string): string | undefined {
    return decimal === "" ? undefined : decimal;
  }

  isAlarm({ accountStatus }: PortfolioAccount): boolean {
    return accountStatus !== "NORMAL";
  }

  /** What is held of each symbol, LONG and SHORT together. */
  async held(): Promise<Record<string, string>> {
    const { positions } = (await this.get(papi.um)) as { positions: Row[] };
    const amounts: Record<string, string> = {};
    for (const { symbol = "", positionAmt = "" } of this.rows(positions))
      amounts[symbol] = this.add(amounts[symbol] ?? "0", positionAmt);
    return amounts;
  }

  rows(positions: Row[]): Row[] {
    return positions;
  }

  add(a: string, b: string): string {
    const units = (text: string) => {
      const [whole = "", part = ""] = text.replace("-", "").split(".");
      return BigInt(whole + part.padEnd(8, "0")) * (text.startsWith("-") ? -1n : 1n);
    };
    const total = units(a) + units(b);
    const digits = String(total < 0n ? -total : total).padStart(9, "0");
    return `${total < 0n ? "-" : ""}${digits.slice(0, -8)}.${digits.slice(-8)}`.replace(/\.?0+$/, "");
  }

  async contracts(parameters: Filter): Promise<string[]> {
    return ((await this.get(papi.risk, parameters)) as Row[]).map(({ symbol = "" }) => symbol);
  }

  // Calls and attempts

  async get(path: string, parameters: Filter = {}): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      await this.waitForRoom(path);
      const answer = await this.attempt(path, parameters, attempt).catch((error: Error) => error);
      if (!(answer instanceof Error)) this.learn(path, answer);
      const pause = this.pauseAfter(answer, attempt);
      if (pause !== undefined) await this.to.sleep(pause);
      else if (answer instanceof Error) throw answer;
      else return this.read(answer, path);
    }
  }

  async attempt(path: string, parameters: Filter, _attempt: number): Promise<Answer> {
    return this.send(this.target(path, parameters));
  }

  /** Until nothing is forbidden, and the minute has weight left for one more of the heaviest. */
  async waitForRoom(_path: string): Promise<void> {
    const now = this.to.now() + this.offset;
    if (now < this.quietUntil && this.banned) throw new Failure("Banned, so nothing is sent.");
    if (now < this.quietUntil) await this.to.sleep(this.quietUntil - now);
    const minute = Math.floor(now / 60_000);
    if (this.used.minute === minute && this.used.weight + 20 > this.to.weightLimit)
      await this.to.sleep((minute + 1) * 60_000 - now);
  }

  learn(_path: string, { status, headers }: Answer): void {
    const now = this.to.now() + this.offset;
    this.used = { minute: Math.floor(now / 60_000), weight: Number(headers["x-mbx-used-weight-1m"] ?? 0) };
    this.banned = status === 418;
    if (status === 418 || status === 429) this.quietUntil = now + this.retryAfter(headers);
  }

  retryAfter(headers: IncomingHttpHeaders): number {
    return Number(headers["retry-after"] ?? 60) * 1000;
  }

  /** How long to wait before the next attempt; undefined when there is none. */
  pauseAfter(answer: Answer | Error, attempt: number): number | undefined {
    if (attempt > 2) return undefined;
    if (answer instanceof Error) return 200 * attempt;
    if (codeOf(answer) === -1021) {
      this.correctClock(answer.headers);
      return 0;
    }
    if (answer.status === 429) return this.quietUntil - this.to.now() - this.offset;
    return answer.status === 408 || answer.status >= 500 ? 200 * 2 ** attempt : undefined;
  }

  correctClock({ date = "" }: IncomingHttpHeaders): void {
    this.offset = Date.parse(date) - this.to.now();
  }

  read({ status, headers, body }: Answer, path: string): unknown {
    if (status !== 200 || !headers["content-type"]?.startsWith("application/json"))
      throw new Failure(`Answered with ${status}.`, codeOf({ status, headers, body }));
    const data = JSON.parse(body);
    const isWhole = path.endsWith("positionRisk")
      ? Array.isArray(data)
      : "uniMMR" in data || Array.isArray(data.positions);
    if (!isWhole) throw new Failure("This is not what was asked for.");
    return data;
  }

  // The bytes of a request

  target(path: string, parameters: Filter): string {
    const text = this.text(this.pairs(parameters));
    return this.join(path, text, this.write(this.sign(this.payload(text, path))));
  }

  pairs(parameters: Filter): Pair[] {
    const given = Object.entries(parameters).flatMap(([name, value]): Pair[] =>
      value === undefined ? [] : [[name, value]],
    );
    return [...given, ["recvWindow", this.recvWindow()], ["timestamp", this.timestamp()]];
  }

  recvWindow(): string {
    return "5000";
  }

  timestamp(): string {
    return String(Math.floor(this.to.now() + this.offset));
  }

  text(pairs: readonly Pair[]): string {
    return pairs.map(([name, value]) => `${name}=${this.encode(value)}`).join("&");
  }

  encode(value: string): string {
    return encodeURIComponent(value).replace(
      /[!'()*]/g,
      (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
    );
  }

  /** What is signed. */
  payload(text: string, _path: string): string {
    return text;
  }

  sign(payload: string): string {
    const { secret } = this.to;
    if (typeof secret === "string") return createHmac("sha256", secret).update(payload).digest("hex");
    return sign(secret.asymmetricKeyType === "rsa" ? "sha256" : null, Buffer.from(payload), secret).toString(
      "base64",
    );
  }

  write(signature: string): string {
    return encodeURIComponent(signature);
  }

  join(path: string, text: string, signature: string): string {
    return `${path}?${text}&signature=${signature}`;
  }

  key(): Record<string, string> {
    return { "X-MBX-APIKEY": this.to.apiKey };
  }

  method = "GET";

  send(target: string, content = ""): Promise<Answer> {
    const { timeout, url } = this.to;
    const { hostname, port } = new URL(url);
    const headers = {
      ...this.key(),
      ...this.to.headers(target.replace(/\?.*/s, "")),
      ...(content && { "content-length": content.length }),
    };
    return new Promise((resolve, reject) => {
      const sent = request({
        hostname,
        port,
        method: this.method,
        path: target,
        headers,
        agent: this.agent,
        ...this.patience(timeout),
      });
      sent.on("response", (response) => {
        const chunks: Buffer[] = [];
        const answer = () => ({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        });
        response.on("data", (chunk: Buffer) => void chunks.push(chunk));
        response.on("end", () => resolve(answer()));
        response.on("error", (error) => this.broken(error, answer(), resolve, reject));
        this.onHeaders(response.headers);
      });
      sent.on("error", reject);
      sent.end(content);
    });
  }

  /** A signal ends a request whatever it waits for. */
  patience(ms: number): { signal?: AbortSignal; timeout?: number } {
    return { signal: AbortSignal.timeout(ms) };
  }

  onHeaders(_headers: IncomingHttpHeaders): void {}

  /** The connection broke while the body arrived. */
  broken(
    error: Error,
    _soFar: Answer,
    _resolve: (answer: Answer) => void,
    reject: (error: Error) => void,
  ): void {
    reject(error);
  }
}

export function codeOf({ body }: Answer): number | undefined {
  try {
    return (JSON.parse(body) as { code?: number }).code;
  } catch {
    return undefined;
  }
}
