import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Mock, startMock } from "../../src/mock/index.js";
import { callableIds } from "../support/document.js";
import { hmacKey } from "../support/keys.js";
import { serve } from "../support/server.js";
import { environmentOf, runCommand } from "../support/terminal.js";

const esc = "\x1b";
const lines = (text: string) => text.trimEnd().split("\n");
const watch = (mock: Mock, ...args: string[]) =>
  runCommand(["watch", "--every", "100", ...args], environmentOf(mock));

describe("watch, piped,", () => {
  test("prints a line for each change, without a character for a terminal", async () => {
    await using mock = await startMock({ scenario: "hedge" });
    const { code, stdout, stderr } = await watch(mock, "--count", "3");
    expect([code, stdout.includes(esc), stderr]).toEqual([0, false, expect.stringContaining("Answers of ")]);
    const health = lines(stdout).filter((line) => line.includes(" getPortfolioAccount "));
    expect(health).toHaveLength(1);
    expect(health[0]).toMatch(
      /^\d{4}-.*Z getPortfolioAccount level=NORMAL accountStatus=NORMAL uniMMR=1118\.18394839 /,
    );
    expect(stdout).toMatch(/getCmPositionRisk symbol=BTCUSD_201225 positionSide=SHORT positionAmt=-2 /);
    expect(stdout).not.toContain("ETHUSDT");
    expect(mock.journal.entries.filter(({ operation }) => operation === "getUmAccount")).toHaveLength(3);
  });

  test("prints JSON alone, a line per change and per alert", async () => {
    await using mock = await startMock({ scenario: "hedge" });
    const { code, stdout } = await watch(mock, "--count", "2", "--json", "--alert", "uniMMR<2000");
    const items = lines(stdout).map((line) => JSON.parse(line));
    expect(code).toBe(3);
    const [alert, ...others] = items.filter((item) => item.alert);
    expect(alert).toEqual({
      at: expect.any(Number),
      alert: { rule: "uniMMR<2000", state: "firing", value: "1118.18394839" },
    });
    expect(others).toEqual([]);
    const operations = items.flatMap(({ operation }) => operation ?? []);
    expect(operations.sort()).toEqual([...callableIds].sort());
    expect(items.find(({ operation }) => operation === "getPortfolioAccount").data.uniMMR).toBe(
      "1118.18394839",
    );
  });

  test("of an account without a part shows the others and ends with 0", async () => {
    const key = hmacKey();
    await using mock = await startMock({ keys: [{ ...key.mock, servers: ["dapi"] }] });
    const env = environmentOf({ url: mock.url, ...key.client });
    const { code, stdout } = await runCommand(["watch", "--every", "100", "--count", "1"], env);
    expect(code).toBe(0);
    expect(stdout).toMatch(/getCoinMAccount canTrade=true/);
  });

  test.each(["SIGINT", "SIGTERM"] as const)(
    "ends with 0 at %s, however long the pause is",
    async (signal) => {
      await using mock = await startMock({ scenario: "hedge" });
      const begins = process.listenerCount(signal);
      const { code, stdout } = await runCommand(["watch", "--every", "3600s"], environmentOf(mock), {
        onText: (text, stream) => {
          if (stream === "stdout" && text.includes("getCoinMAccount"))
            setImmediate(() => process.emit(signal));
        },
      });
      expect([code, stdout.includes("getCoinMAccount")]).toEqual([0, true]);
      expect(process.listenerCount(signal)).toBe(begins);
    },
  );

  test("says why nothing can be seen, and fails", async () => {
    await using mock = await startMock();
    const env = { ...environmentOf(mock), BINANCE_API_SECRET: "wrong" };
    const { code, stderr } = await runCommand(["watch", "--count", "5"], env);
    expect([code, stderr]).toEqual([1, expect.stringContaining("[SIGNATURE_REJECTED]")]);
  });

  test("passes failures over that may pass, and shows them", async () => {
    await using mock = await startMock({
      faults: [{ fault: "error", example: "overloaded", operation: "getUmAccount", times: 4 }],
    });
    const { code, stdout } = await watch(mock, "--count", "2", "--json");
    const items = lines(stdout).map((line) => JSON.parse(line));
    const um = items.filter(({ operation }) => operation === "getUmAccount");
    expect(um.map(({ data, error }) => error?.code ?? Object.keys(data))).toEqual([
      "UNAVAILABLE",
      ["assets", "positions"],
    ]);
    expect(code).toBe(0);
  });
});

describe("watch, on a terminal,", () => {
  const frames = (text: string) => text.split(`${esc}[H`).slice(1);
  const run = async (columns: number, scenario: "hedge" | "marginCall", ...args: string[]) => {
    await using mock = await startMock({ scenario });
    const command = ["watch", "--every", "100", "--count", "3", ...args];
    const outcome = await runCommand(command, environmentOf(mock), { columns });
    const last = outcome.stdout.slice(outcome.stdout.lastIndexOf(`${esc}[?1049l`) + 8);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is removed
    return { ...outcome, last: last.replace(/\x1b\[[\d;]*m/g, "") };
  };

  test("draws on a screen of its own, and leaves the last frame", async () => {
    const { code, stdout, last } = await run(100, "hedge");
    expect(code).toBe(0);
    expect(stdout.startsWith(`${esc}[?1049h${esc}[?25l`)).toBe(true);
    expect(stdout).toContain(`${esc}[?25h${esc}[?1049l`);
    expect(frames(stdout).length).toBeGreaterThan(3);
    expect(last).toMatch(
      /NORMAL, MARGIN_CALL at 1\.5\n {2}░+ 0\.1 % of the way to liquidation\n {2}▄+ ratio\n/,
    );
    expect(last).toMatch(/accountEquity +5032\.71660099/);
    expect(last).toMatch(/BTCUSD_201225 +LONG +1 .* 47\.66 %\n/);
    expect(last).toMatch(/weight this minute {2}dapi \d+\/2400 {2}.*papi \d+\/6000\s/);
  });

  test.each([80, 140])("fits into %i columns", async (columns) => {
    const { last } = await run(columns, "hedge");
    expect(last.split("\n").filter((line) => line.length > columns)).toEqual([]);
    expect(last).toMatch(/toLiquidation\n/);
    expect(last.includes("liquidationPrice")).toBe(columns === 140);
  });

  test("shows an alarm and the rules that hold in red", async () => {
    const { code, stdout, last } = await run(100, "marginCall", "--alert", "uniMMR<1.4");
    expect(code).toBe(3);
    expect(last).toContain("ALERT uniMMR<1.4\n");
    expect(last).toMatch(/MARGIN_CALL, REDUCE_ONLY at 1\.2\n {2}█{39}░{11} 77\.8 %/);
    expect(stdout).toContain(`${esc}[31m`);
  });
});

describe("an alert", () => {
  test("runs a command, once, with the rule and without a key", async () => {
    await using mock = await startMock({ scenario: "marginCall" });
    const out = join(await mkdtemp(join(tmpdir(), "alert-")), "out");
    const script = `env | grep ^BINANCE_ | sort > ${out}`;
    const { code } = await watch(mock, "--count", "3", "--alert", "uniMMR<1.4", "--exec", script);
    expect(code).toBe(3);
    expect(lines(await readFile(out, "utf8"))).toEqual([
      expect.stringMatching(/^BINANCE_ALERT_AT=\d{4}-.*Z$/),
      "BINANCE_ALERT_RULE=uniMMR<1.4",
      "BINANCE_ALERT_VALUE=1.35000000",
    ]);
  });

  test("is posted, once, and holds nothing but the rule, its value and the time", async () => {
    await using mock = await startMock({ scenario: "marginCall" });
    const bodies: string[] = [];
    await using hook = await serve(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      bodies.push(body);
      response.end();
    });
    const url = `${hook.url}/secret-path`;
    const { code, stdout, stderr } = await watch(
      mock,
      "--count",
      "3",
      "--alert",
      "uniMMR<1.4",
      "--webhook",
      url,
    );
    expect(code).toBe(3);
    expect(bodies.map((body) => JSON.parse(body))).toEqual([
      { rule: "uniMMR<1.4", value: "1.35000000", at: expect.any(Number) },
    ]);
    expect(stdout).toMatch(/ALERT firing uniMMR<1\.4 \(1\.35000000\)/);
    expect(stdout + stderr).not.toContain("secret-path");
  });

  test.each([
    [500, "it answered HTTP 500"],
    [302, "it answered HTTP 302"],
  ])("that a webhook answers with %i is told", async (status, why) => {
    await using mock = await startMock({ scenario: "marginCall" });
    await using hook = await serve((_request, response) => {
      response.writeHead(status, { location: "http://127.0.0.1:1/" }).end();
    });
    const { stderr } = await watch(mock, "--count", "1", "--alert", "uniMMR<1.4", "--webhook", hook.url);
    expect(stderr).toContain(`The alert uniMMR<1.4 could not be handed over: ${why}.`);
    expect(hook.requests).toHaveLength(1);
  });

  test("leaves standard output to the watch, and a screen to itself", async () => {
    await using mock = await startMock({ scenario: "marginCall" });
    const args = ["watch", "--every", "100", "--count", "1", "--alert", "uniMMR<1.4", "--exec", "echo said"];
    const piped = await runCommand([...args, "--json"], environmentOf(mock));
    expect([piped.stdout.includes("said"), piped.stderr.includes("said\n")]).toEqual([false, true]);
    const screen = await runCommand(args, environmentOf(mock), { columns: 100 });
    expect(screen.stdout + screen.stderr).not.toContain("said");
  });

  test("that a command fails with is told", async () => {
    await using mock = await startMock({ scenario: "marginCall" });
    const { stderr } = await watch(mock, "--count", "1", "--alert", "uniMMR<1.4", "--exec", "exit 4");
    expect(stderr).toContain("could not be handed over: it ended with exit code 4.");
  });

  test.each([
    [["--exec", "true"], "--exec and --webhook must come with an --alert."],
    [["--alert", "uniMMR<1", "--webhook", "hook"], "--webhook must be an absolute URL."],
    [
      ["--alert", "uniMMR<1", "--webhook", "http://hooks.example/x"],
      "--webhook must be https, or http on this machine; received http:// and another host.",
    ],
    [["--every", "50"], "--every must be a number of ms, at least 100; received 50."],
    [["--count", "0"], '--count must be an integer of at least 1; received "0".'],
  ])("%j is refused", async (args, message) => {
    const { code, stderr } = await runCommand(["watch", "--or-mock", ...args]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe("metrics", () => {
  /** What a scrape gives while a watch runs, by name and labels. */
  async function scrape(mock: Mock, headers: Record<string, string> = {}, path = "/metrics") {
    let url: string | undefined;
    let answer: Promise<{ status: number; text: string }> = Promise.resolve({ status: 0, text: "" });
    let isAsked = false;
    const command = ["watch", "--every", "100", "--count", "4", "--json", "--metrics-port", "0"];
    await runCommand(command, environmentOf(mock), {
      onText(text, stream) {
        url ??= /Metrics are at (\S+)\.\n/.exec(stream === "stderr" ? text : "")?.[1];
        // Each operation has been seen by then.
        if (!url || isAsked || stream !== "stdout" || lines(text).length < callableIds.length) return;
        isAsked = true;
        answer = (async () => {
          const { request } = await import("node:http");
          return new Promise((resolve, reject) => {
            request(new URL(path, url), { headers }, async (response) => {
              let text = "";
              for await (const chunk of response) text += chunk;
              resolve({ status: response.statusCode ?? 0, text });
            })
              .on("error", reject)
              .end();
          });
        })();
      },
    });
    return answer;
  }

  test("tell ratio, equity, margins, positions, weight, age and errors in the text format of Prometheus", async () => {
    await using mock = await startMock({ scenario: "hedge" });
    const { status, text } = await scrape(mock);
    expect(status).toBe(200);
    const sampleOf = (series: string) =>
      lines(text)
        .find((line) => line.startsWith(`binance_accounts_${series} `))
        ?.split(" ")[1];
    expect(sampleOf('uni_mmr{operation="getPortfolioAccount"}')).toBe("1118.18394839");
    expect(sampleOf('account_equity{operation="getPortfolioAccount"}')).toBe("5032.71660099");
    expect(sampleOf('alarm{operation="getPortfolioAccount"}')).toBe("0");
    const short = 'operation="getCmPositionRisk",symbol="BTCUSD_201225",position_side="SHORT"';
    expect(sampleOf(`position_amt{${short}}`)).toBe("-2");
    expect(sampleOf(`to_liquidation_percent{${short}}`)).toBe("77.64");
    expect(sampleOf('weight_limit{server="papi"}')).toBe("6000");
    expect(Number(sampleOf('weight_used{server="papi"}'))).toBeGreaterThan(30);
    expect(Number(sampleOf('age_seconds{operation="getUmAccount"}'))).toBeLessThan(10);
    expect(sampleOf('up{operation="getUmAccount"}')).toBe("1");
    // Each metric is described before its samples, and once; each sample has a number.
    for (const line of lines(text))
      expect(line).toMatch(
        /^(# (HELP|TYPE) binance_accounts_[a-z_]+ \S.*|binance_accounts_[a-z_]+\{([a-z_]+="[^"]*",?)+\} -?\d+(\.\d+)?(e-?\d+)?)$/i,
      );
    const types = text.match(/(?<=^# TYPE )\S+/gm) ?? [];
    expect(new Set(types).size).toBe(types.length);
    expect(text).not.toContain("ETHUSDT");
    expect(text).not.toContain(mock.apiKey);
  });

  test("are not told to a page that calls this machine by a name of its own, nor at other paths", async () => {
    await using mock = await startMock({ scenario: "hedge" });
    const [rebound, elsewhere] = [
      await scrape(mock, { host: "evil.example" }),
      await scrape(mock, {}, "/other"),
    ];
    expect([rebound.status, elsewhere.status]).toEqual([403, 404]);
    expect(rebound.text + elsewhere.text).not.toContain("5032");
  });
});
