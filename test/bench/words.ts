import type { Extras } from "./extras.js";
import type { Machine } from "./machine.js";

export type Language = "en" | "zh-CN";

interface Absolute {
  scheme: string;
  p50: string;
  rate: string;
  cpu: string;
}

interface Words {
  /** Names of clients that are no proper names. */
  clientNames: Record<string, string>;
  heads: string[];
  spread(rounds: number): string;
  absolute(figures: Absolute[]): string;
  /** What the figures come to beside a real round trip and the limit of weight, in µs. */
  meaning(own: { p50: number; cpu: number }): string;
  more(extras: Extras): [head: string[], rows: string[][]];
  /** How long a program takes that makes one call, and what it keeps in memory. */
  start(extras: Extras): [head: string[], rows: string[][]];
  /** What is measured of this client alone. */
  alone(extras: Extras): string;
  setup(machine: Machine, versions: Record<string, string>): string;
}

const share = (part: number, whole: number) => ((part / whole) * 100).toFixed(2);
const ms = (value: number | undefined) => `${value?.toFixed(1)} ms`;
const kb = (bundle: Extras["bundles"][string] | undefined, none: string) =>
  bundle === undefined || typeof bundle === "string" ? none : `${(bundle.gzip / 1000).toFixed(1)} kB`;
const mb = (bytes: number | undefined) => `${((bytes ?? 0) / 1e6).toFixed(1)} MB`;
const packages = (versions: Record<string, string>) =>
  Object.entries(versions)
    .map(([name, version]) => `\`${name}\` ${version}`)
    .join(" · ");
export const words: Record<Language, Words> = {
  en: {
    clientNames: {},
    heads: [
      "client",
      "http p50",
      "http req/s",
      "http CPU",
      "https p50",
      "https req/s",
      "https CPU",
      "500 positions",
      "connections",
    ],
    spread: (rounds) =>
      `Median of ${rounds} rounds, and the quartiles. _req/s_ and _CPU_ with 32 calls at a time; _connections_ is what these opened.`,
    absolute: (figures) =>
      `What 1.00 is: ${figures.map(({ scheme, p50, rate, cpu }) => `${scheme} ${p50} µs, ${rate} req/s, ${cpu} µs CPU`).join("; ")}.`,
    meaning: ({ p50, cpu }) =>
      `What that means: beside a round trip of 50 ms, one call over https adds ${share(p50, 50_000)} %. The documented limit of 6000 weight a minute allows 100 calls a second of the cheapest operation; they take ${share(cpu * 100, 1e6)} % of one core.`,
    start: ({ program }) => [
      ["a program that makes one https call", "binance-accounts", "bare node:https"],
      [
        ["from start to the first response", ms(program.first.ours), ms(program.first.bare)],
        ["from start to its end", ms(program.end.ours), ms(program.end.bare)],
        ["memory after 20,000 calls (RSS)", mb(program.rss.ours), mb(program.rss.bare)],
      ],
    ],
    more: (extras) => [
      ["", "binance-accounts", "openapi-fetch", "undici", "official connector", "binance", "ccxt"],
      [
        ["import", ...names.map((name) => ms(extras.imports[name]))],
        ["bundle for browsers, gzipped", ...names.map((name) => kb(extras.bundles[name], "does not bundle"))],
      ],
    ],
    alone: ({ hmac, memory }) =>
      `An HMAC signature takes ${hmac.toFixed(1)} µs. After ${memory.calls.toLocaleString("en")} calls, with 32 at a time, the heap holds ${mb(memory.heap.at(-1))}; it held ${mb(memory.heap[0])} after the first twentieth of them.`,
    setup: ({ cpu, cores, memory, system, node, openssl, day }, versions) =>
      `Measured on ${day}: ${cpu}, ${cores} cores, ${memory}; ${system}, Node ${node}, OpenSSL ${openssl}. Peers: ${packages(versions)}.`,
  },
  "zh-CN": {
    clientNames: {
      "node agent, signed by hand": "node agent，手工签名",
      "binance-accounts, method": "binance-accounts，方法",
      "binance-accounts, GET": "binance-accounts，`GET`",
      "undici.request, signed by hand": "undici.request，手工签名",
      "fetch, signed by hand": "fetch，手工签名",
      "openapi-fetch, signing middleware": "openapi-fetch，签名中间件",
      "official connector": "官方 connector",
    },
    heads: [
      "客户端",
      "http p50",
      "http 请求/秒",
      "http CPU",
      "https p50",
      "https 请求/秒",
      "https CPU",
      "500 个持仓",
      "连接数",
    ],
    spread: (rounds) =>
      `${rounds} 轮的中位数和四分位数。_请求/秒_ 和 _CPU_ 是 32 个并发调用时的数值；_连接数_ 是它们打开的连接。`,
    absolute: (figures) =>
      `1.00 的绝对值：${figures.map(({ scheme, p50, rate, cpu }) => `${scheme} 为 ${p50} 微秒、每秒 ${rate} 次请求、每次 ${cpu} 微秒 CPU`).join("；")}。`,
    meaning: ({ p50, cpu }) =>
      `这意味着：与 50 毫秒的网络往返相比，一次 https 调用多花 ${share(p50, 50_000)} %。按文档每分钟 6000 权重的上限，最便宜的接口每秒可调用 100 次，共占一个核心的 ${share(cpu * 100, 1e6)} %。`,
    start: ({ program }) => [
      ["只发一次 https 调用的程序", "binance-accounts", "裸 node:https"],
      [
        ["从启动到第一个响应", ms(program.first.ours), ms(program.first.bare)],
        ["从启动到结束", ms(program.end.ours), ms(program.end.bare)],
        ["20,000 次调用后的内存（RSS）", mb(program.rss.ours), mb(program.rss.bare)],
      ],
    ],
    more: (extras) => [
      ["", "binance-accounts", "openapi-fetch", "undici", "官方 connector", "binance", "ccxt"],
      [
        ["导入", ...names.map((name) => ms(extras.imports[name]))],
        ["浏览器打包后 gzip", ...names.map((name) => kb(extras.bundles[name], "无法打包"))],
      ],
    ],
    alone: ({ hmac, memory }) =>
      `一次 HMAC 签名需要 ${hmac.toFixed(1)} 微秒。以 32 个并发完成 ${memory.calls.toLocaleString("en")} 次调用后，堆占用 ${mb(memory.heap.at(-1))}；完成前二十分之一时为 ${mb(memory.heap[0])}。`,
    setup: ({ cpu, cores, memory, system, node, openssl, day }, versions) =>
      `测量于 ${day}：${cpu}，${cores} 核，${memory}；${system}，Node ${node}，OpenSSL ${openssl}。同类库：${packages(versions)}。`,
  },
};

const names = [
  "binance-accounts",
  "openapi-fetch",
  "undici",
  "@binance/derivatives-trading-portfolio-margin",
  "binance",
  "ccxt",
];
