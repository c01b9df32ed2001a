import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import axe from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { samplesOf } from "../../scripts/docs/samples.js";
import { serveSite } from "../../scripts/docs/serve.js";
import { languages } from "../../scripts/docs/words.js";
import type { OpenApiDocument } from "../../scripts/steps/document.js";
import { type Mock, startMock } from "../../src/mock/index.js";
import { document as spec } from "../support/document.js";
import { root } from "../support/process.js";
import { buildSite, canTestSite, howToTestSite, launch } from "../support/site.js";

interface Violation {
  id: string;
  impact: string;
  nodes: { html: string }[];
}

/** Runs in the page. */
const runAxe = async () => {
  const { violations } = await (globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } }).axe.run();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 160))}`);
};

if (!canTestSite) console.log(howToTestSite);
const samples = samplesOf(spec as unknown as OpenApiDocument);
const screenshots = join(root, "reports/screenshots");

describe.skipIf(!canTestSite)("in a browser", { timeout: 180_000 }, () => {
  let folder: Awaited<ReturnType<typeof buildSite>>;
  let site: Awaited<ReturnType<typeof serveSite>>;
  let mock: Mock;
  let browser: Browser;
  let paths: string[];

  beforeAll(async () => {
    [folder, mock, browser] = await Promise.all([buildSite(), startMock({ scenario: "hedge" }), launch()]);
    site = await serveSite(folder.path, { base: "/some/where/", mock });
    paths = (await readdir(folder.path, { recursive: true })).filter(
      (name) => name.endsWith(".html") && languages.some((language) => name.startsWith(language)),
    );
    await mkdir(screenshots, { recursive: true });
  }, 120_000);
  afterAll(() => Promise.all([browser?.close(), mock?.close(), site?.close(), folder?.[Symbol.asyncDispose]()]));

  interface Visit extends AsyncDisposable {
    page: Page;
    /** What a reader must never see: requests to elsewhere, errors in the console. */
    complaints: string[];
    /** Bytes on the wire so far. */
    bytes: () => number;
  }

  async function visit(path: string, options: BrowserContextOptions = {}): Promise<Visit> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    const complaints: string[] = [];
    let bytes = 0;
    const network = await context.newCDPSession(page);
    await network.send("Network.enable");
    network.on("Network.loadingFinished", ({ encodedDataLength }) => {
      bytes += encodedDataLength;
    });
    const own = [site.url, `${mock.url}/`, "data:", `blob:${new URL(site.url).origin}`];
    page.on("request", (request) => {
      if (!own.some((start) => request.url().startsWith(start))) complaints.push(`request: ${request.url()}`);
    });
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    page.on("pageerror", ({ message }) => complaints.push(message));
    await page.goto(site.url + path);
    await settled(page);
    return { page, complaints, bytes: () => bytes, [Symbol.asyncDispose]: () => context.close() };
  }

  /** Until what Redoc or Scalar draw is there; Redoc's logo is the last to come. */
  async function settled(page: Page): Promise<void> {
    if (page.url().includes("/reference.html")) await page.waitForSelector('#redoc img[alt="redocly logo"]', { state: "attached" });
    if (page.url().includes("/try-it.html")) await page.waitForSelector("#scalar button.show-api-client-button");
  }

  const weights: Record<string, number> = {};

  test.each(["light", "dark"] as const)(
    "every page in %s: no other host, no complaint, nothing serious for axe, no sideways scrolling at 360 px",
    async (colorScheme) => {
      const found: string[] = [];
      for (const path of paths) {
        await using visited = await visit(path, { colorScheme, reducedMotion: "reduce" });
        const { page } = visited;
        weights[path] = visited.bytes();
        await page.evaluate(axe.source); // what a browser is told to evaluate is no concern of the page's policy
        const violations = await page.evaluate(runAxe);
        found.push(...visited.complaints, ...violations.map((violation) => `${path} ${violation}`));
        await page.setViewportSize({ width: 360, height: 800 });
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (wider > 0) found.push(`${path} is ${wider} px wider than 360`);
      }
      expect(found).toEqual([]);
    },
  );

  test("no first view weighs more than 1 MB", () => {
    const [heaviest] = Object.entries(weights).sort(([, one], [, other]) => other - one);
    console.log(
      `${paths.length} pages; the heaviest first view is ${heaviest?.[0]}, ${Math.round((heaviest?.[1] ?? 0) / 1024)} KiB compressed`,
    );
    expect(Object.entries(weights).filter(([, bytes]) => bytes > 1_000_000 || bytes === 0)).toEqual([]);
    expect(Object.keys(weights)).toEqual(paths);
  });

  test.each([
    ["zh-CN/index.html", "保证金", /维持保证金/],
    ["zh-CN/guides/clock.html", "持仓风险", /CM 持仓风险/],
    ["en/index.html", "crossUnPnl", /crossUnPnl/],
    ["en/guides/limits.html", "liquidation price", /liquidationPrice/],
    ["en/reference.html", "-1021", /-1021/],
    ["zh-CN/try-it.html", "-1021", /-1021/],
  ])("from %s the search finds %s, and leads there", async (path, query, expected) => {
    await using visited = await visit(path);
    const { page } = visited;
    await page.keyboard.press("/");
    await page.fill("#search input", query);
    const first = page.locator("#search li a").first();
    await first.waitFor();
    expect(await page.locator("#search ol").innerText()).toMatch(expected);
    const target = new URL((await first.getAttribute("href")) ?? "", page.url()).href;
    await page.keyboard.press("Enter");
    await page.waitForURL(target);
    const { hash } = new URL(page.url());
    if (hash) await page.locator(`[id="${hash.slice(1)}"]`).waitFor();
    expect(visited.complaints).toEqual([]);
  });

  test("the other language opens at the same place", async () => {
    await using visited = await visit("en/guides/errors.html#banned");
    const { page } = visited;
    await page.click("#language");
    await page.waitForURL(/zh-CN\/guides\/errors\.html#banned$/);
    await page.goto(`${site.url}en/guides/reading-the-numbers.html`);
    await page.evaluate(() => document.getElementById("units")?.scrollIntoView());
    await page.locator("#language").dispatchEvent("click");
    await page.waitForURL(/zh-CN\/guides\/reading-the-numbers\.html#units$/);
    await page.waitForFunction(() => Math.abs((document.getElementById("units")?.getBoundingClientRect().top ?? 999) - 72) < 40);
    await page.goto(`${site.url}zh-CN/reference.html#/coinm/getcoinmaccount`);
    await settled(page);
    await page.click("#language");
    await page.waitForURL(/en\/reference\.html#\/coinm\/getcoinmaccount$/);
    expect(visited.complaints).toEqual([]);
  });

  test("an address leads to its heading, its operation, and from an error to the reader's language", async () => {
    await using guide = await visit("en/guides/errors.html#rate_limited");
    expect(await guide.page.evaluate(() => document.getElementById("rate_limited")?.getBoundingClientRect().top)).toBeLessThan(200);
    await using operation = await visit("zh-CN/reference.html#/portfoliomargin/getumaccount");
    await operation.page.waitForFunction(() =>
      [...document.querySelectorAll("#redoc h2")].some(
        (heading) => heading.textContent?.includes("UM 账户信息") && Math.abs(heading.getBoundingClientRect().top) < 400,
      ),
    );
    await using chinese = await visit("errors/#banned", { locale: "zh-CN" });
    await chinese.page.waitForURL(/zh-CN\/guides\/errors\.html#banned$/);
    await using german = await visit("errors/#banned", { locale: "de-DE" });
    await german.page.waitForURL(/en\/guides\/errors\.html#banned$/);
  });

  test("the reference shows a sample in every language", async () => {
    await using visited = await visit("en/reference.html#/portfoliomargin/getumaccount");
    const { page } = visited;
    await page.getByText("curl + openssl").first().click();
    for (const label of new Set(samples.map((sample) => sample.label))) await page.getByText(label, { exact: true }).first().waitFor();
  });

  describe.each(languages)("trying it in %s", (language) => {
    const send = async (page: Page) => {
      await page.locator("#scalar button.show-api-client-button").first().click();
      await page
        .locator("button:visible", { hasText: /^(Send|发送)/ })
        .first()
        .click();
    };

    test("works at once with the mock that runs beside the site, and forgets the secret", async () => {
      await using visited = await visit(`${language}/try-it.html`);
      expect(await visited.page.inputValue('[name="secret"]')).toBe("");
      await send(visited.page);
      await visited.page.getByText("200 OK").waitFor();
      await visited.page.getByText("1118.18394839").first().waitFor();
      expect(visited.complaints).toEqual([]);
    });

    test("shows -1022 for a secret of another key", async () => {
      await using visited = await visit(`${language}/try-it.html`);
      await visited.page.fill('[name="secret"]', "not-the-secret");
      await visited.page.click("#key button");
      await visited.page.locator("#key output.good").waitFor();
      await send(visited.page);
      await visited.page.getByText("-1022").first().waitFor();
    });

    test("sends nothing to another host, before the reader insists", async () => {
      await using visited = await visit(`${language}/try-it.html`);
      const { page } = visited;
      const asked: string[] = [];
      page.on("request", (request) => asked.push(request.url()));
      await page.fill('[name="address"]', "https://papi.binance.com");
      await page.fill('[name="secret"]', "a-secret");
      await page.click("#key button");
      await page.locator("#key output:not(.good):not(:empty)").waitFor();
      expect(asked).toEqual([]);
      expect(await page.locator(".consent").isVisible()).toBe(true);
      await page.check('[name="consent"]');
      await page.click("#key button");
      await page.locator("#key output.good").waitFor();
      await send(page);
      await expect.poll(() => asked.some((url) => url.startsWith("https://papi.binance.com/papi/v1/account?"))).toBe(true);
    });
  });

  test("the main pages are photographed", async () => {
    for (const language of languages)
      for (const path of ["index.html", "guides/signing.html", "operations/getUmAccount.html", "reference.html", "try-it.html"])
        for (const colorScheme of ["light", "dark"] as const) {
          await using visited = await visit(`${language}/${path}`, { colorScheme });
          for (const width of [1280, 360]) {
            await visited.page.setViewportSize({ width, height: 900 });
            const name = `${language}-${path.replace(".html", "").replaceAll("/", "-")}-${width}-${colorScheme}.png`;
            await visited.page.screenshot({ path: join(screenshots, name) });
          }
        }
    expect((await readdir(screenshots)).length).toBeGreaterThanOrEqual(40);
  });
});
