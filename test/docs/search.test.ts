import { readFileSync } from "node:fs";
import { join } from "node:path";
import MiniSearch from "minisearch";
import { beforeAll, describe, expect, test } from "vitest";
import { pagesOf } from "../../scripts/docs/content.js";
import { searchIndex } from "../../scripts/docs/search.js";
import { type Entry, find, options } from "../../scripts/docs/vitepress/.vitepress/theme/search.js";
import { whereOf } from "../../scripts/docs/where.js";
import { type Language, languages } from "../../scripts/docs/words.js";
import type { OpenApiDocument } from "../../scripts/steps/document.js";
import { root } from "../support/process.js";

const read = (language: Language) =>
  JSON.parse(
    readFileSync(join(root, `generated/openapi${language === "en" ? "" : `.${language}`}.json`), "utf8"),
  ) as OpenApiDocument;

let indexes: Record<Language, MiniSearch<Entry>>;
beforeAll(() => {
  const original = read("en");
  const of = (language: Language) => {
    const pages = pagesOf(
      language,
      read(language),
      original,
      whereOf({ homepage: "" }),
      "# Changelog\n\n## Unreleased\n\n## API {#api}\n",
    );
    return MiniSearch.loadJSON<Entry>(searchIndex(pages), options);
  };
  indexes = { en: of("en"), "zh-CN": of("zh-CN") };
});

/** What is typed, and the page that has to stand first: its address, or how that begins. */
const expected: Record<Language, [query: string, page: string][]> = {
  en: [
    ["quick start", "guides/quick-start.html"],
    ["install", "guides/quick-start.html"],
    ["testnet", "guides/"],
    ["is there a testnet", "guides/faq.html#is-there-a-testnet"],
    ["mock", "guides/mock.html"],
    ["createClient", "guides/options.html"],
    ["timeout option", "guides/options.html"],
    ["proxy", "guides/"],
    ["onDifference", "guides/"],
    ["CryptoKey", "guides/keys.html"],
    ["how do I get my balance", "operations/"],
    ["liquidaton price", "operations/getCmPositionRisk.html#liquidationPrice"],
    ["liquidationPrice", "operations/getCmPositionRisk.html#liquidationPrice"],
    ["mark price", "operations/getCmPositionRisk.html#markPrice"],
    ["breakEvenPrice", "operations/"],
    ["uniMMR", "guides/reading-the-numbers.html#unimmr"],
    ["maintenance margin ratio", "guides/reading-the-numbers.html"],
    ["accountStatus", "operations/getPortfolioAccount.html#accountStatus"],
    ["crossUnPnl", "operations/"],
    ["unRealizedProfit", "operations/getCmPositionRisk.html#unRealizedProfit"],
    ["signatuer", "guides/"],
    ["signature invalid", "guides/errors.html#signature_rejected"],
    ["-1022", "guides/errors.html#signature_rejected"],
    ["-1021", "guides/errors.html#clock_skew"],
    ["-2015", "guides/errors.html#unauthorized"],
    ["IP whitelist", "guides/"],
    ["rate limit", "guides/limits.html"],
    ["429", "guides/"],
    ["418 ban", "guides/"],
    ["weight", "guides/"],
    ["retry-after", "guides/limits.html"],
    ["timestamp", "operations/"],
    ["recvWindow", "guides/clock.html"],
    ["python", "operations/getPortfolioAccount.html#samples"],
    ["curl", "operations/getPortfolioAccount.html#samples"],
    ["hedge mode", "guides/reading-the-numbers.html#one-way-and-hedge-mode"],
    ["websocket", "guides/faq.html#does-it-stream"],
    ["place orders", "guides/faq.html#can-it-place-orders"],
    ["ed25519", "guides/"],
    ["vitest fixture", "guides/mock-runners.html"],
    ["fake timers", "guides/testing-tools.html#fake-timers"],
    ["nock", "guides/testing-tools.html"],
    ["msw", "guides/testing-tools.html"],
    ["MockAgent", "guides/testing-tools.html"],
    ["inject fault", "guides/mock.html#what-breaks"],
    ["ccxt", "guides/migrating.html"],
    ["changelog", "changelog.html"],
    ["/papi/v1/um/account", "operations/getUmAccount.html"],
    ["GET dapi account", "operations/getCoinMAccount.html"],
    ["prometheus", "guides/monitoring.html"],
    ["snapshot", "guides/watching.html#everything-at-one-time"],
    ["grafana", "guides/monitoring.html#dashboard"],
    ["fastify", "guides/recipes.html"],
    ["hysteresis", "guides/watching.html#risk"],
    ["exit code", "guides/command-line.html"],
    ["which endpoint", "guides/which-endpoint.html"],
    ["glossary", "guides/glossary.html"],
    ["ECONNREFUSED", "guides/errors.html#connection"],
    ["docker", "guides/mock-containers.html"],
  ],
  "zh-CN": [
    ["测试网", "guides/"],
    ["模拟交易所", "guides/mock.html"],
    ["报错", "guides/errors.html"],
    ["限频", "guides/limits.html"],
    ["频率限制", "guides/limits.html"],
    ["限速", "guides/limits.html"],
    ["钱包余额", "operations/"],
    ["查询余额", "guides/faq.html#how-do-i-get-my-balance"],
    ["统一帐户", "guides/which-endpoint.html"],
    ["强平价格", "operations/getCmPositionRisk.html#liquidationPrice"],
    ["保证金率", "guides/reading-the-numbers.html"],
    ["维持保证金", "operations/"],
    ["时间戳", "guides/clock.html"],
    ["签名错误", "guides/"],
    ["-1021", "guides/errors.html#clock_skew"],
    ["白名单", "guides/"],
    ["封禁", "guides/"],
    ["双向持仓", "guides/reading-the-numbers.html#one-way-and-hedge-mode"],
    ["代理", "guides/"],
    ["超时", "guides/"],
    ["持仓风险", "operations/getCmPositionRisk.html"],
    ["下单", "guides/faq.html#can-it-place-orders"],
    ["术语", "guides/glossary.html"],
    ["虚拟时间", "guides/"],
    ["假定时器", "guides/testing-tools.html"],
    ["拦截", "guides/testing-tools.html"],
    ["命令行", "guides/command-line.html"],
    ["迁移", "guides/migrating.html"],
    ["快照", "guides/watching.html"],
    ["仪表盘", "guides/monitoring.html#dashboard"],
    ["crossUnPnl", "operations/"],
    ["标记价格", "operations/getCmPositionRisk.html#markPrice"],
  ],
};

test("at least sixty questions are asked", () => {
  expect(languages.flatMap((language) => expected[language]).length).toBeGreaterThanOrEqual(60);
});

describe.each(languages)("in %s", (language) => {
  test.each(expected[language])("%s leads to %s", (query, page) => {
    const urls = find(indexes[language], query).map(({ id }) => id);
    expect(urls[0]?.startsWith(page), `${query}: ${urls.slice(0, 5).join(" ")}`).toBe(true);
  });

  test("an error code leads to its section once", () => {
    const places = find(indexes[language], "-1021").filter(
      ({ id }) => id === "guides/errors.html#clock_skew",
    );
    expect(places).toHaveLength(1);
  });

  test("what is not there is not found", () => expect(find(indexes[language], "qqqqxyz")).toEqual([]));
});
