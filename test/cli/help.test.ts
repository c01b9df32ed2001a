import { describe, expect, test } from "vitest";
import { parametersOf } from "../../src/document.js";
import { operationIds } from "../../src/operations.js";
import { runCommand } from "../support/terminal.js";

describe("help", () => {
  test.each([["--help"], ["-h"], ["help"]])(
    "%s lists commands, operations, environment and exit codes",
    async (flag) => {
      const { code, stdout } = await runCommand([flag]);
      expect(code).toBe(0);
      for (const word of ["overview", "call", "record", "mock", "explain", "Exit codes", ...operationIds])
        expect(stdout).toContain(word);
      for (const name of [
        "API_KEY",
        "API_KEY_FILE",
        "API_SECRET",
        "API_SECRET_FILE",
        "SECRET_KEY",
        "PRIVATE_KEY_FILE",
      ])
        expect(stdout).toMatch(new RegExp(`\\bBINANCE_${name}\\b`));
    },
  );

  test("help <command> is <command> --help", async () => {
    for (const args of [["overview"], ["call", "getUmAccount"]])
      expect(await runCommand(["help", ...args])).toEqual(await runCommand([...args, "--help"]));
  });

  const common = ["--or-mock", "--all", "--json", "--timeout <time>", "--help"];
  test.each<[args: string[], flags: string[]]>([
    [["overview"], common],
    [["call"], common],
    ...operationIds.map((id): [string[], string[]] => [
      ["call", id],
      [...parametersOf(id).map(({ name }) => `--${name} `), ...common],
    ]),
    [["record"], ["--out <file>", "--overwrite", "--keep-amounts", "--timeout <time>", "--help"]],
    [
      ["mock"],
      ["--port <number>", "--scenario <name>", "--state <file>", "--allow-remote", "--quiet", "--help"],
    ],
    [["explain"], ["--lang <language>", "--help"]],
  ])("%j --help explains each of its own flags", async (args, flags) => {
    const { code, stdout } = await runCommand([...args, "--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain(`binance-accounts ${args.join(" ")}`);
    const explained = [...stdout.matchAll(/^ {2}(--.*?)(?: {2,}|\n {4,})\S.*$/gm)].map(([, flag]) => flag);
    for (const flag of flags) expect(explained).toContainEqual(expect.stringContaining(flag));
  });

  test("the flags of a call are explained in the document's words", async () => {
    const { stdout } = await runCommand(["call", "getCmPositionRisk", "--help"]);
    expect(stdout).toMatch(/--marginAsset <text> +Only positions margined in this asset\./);
  });

  test.each([
    [undefined, 80],
    [60, 60],
    [80, 80],
    [120, 100],
    [300, 100],
  ])(
    "on a terminal of %s columns, lines are at most %i long and broken between words",
    async (columns, most) => {
      const commands = [
        [],
        ["overview"],
        ["call"],
        ["record"],
        ["explain"],
        ...operationIds.map((id) => ["call", id]),
      ];
      const words = new Set<string>();
      for (const args of commands) {
        const wide = await runCommand([...args, "--help"], {}, { columns: 300 });
        for (const word of wide.stdout.split(/\s+/)) words.add(word);
        const { stdout } = await runCommand([...args, "--help"], {}, columns ? { columns } : {});
        expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(most);
        for (const word of stdout.split(/\s+/)) expect(words).toContain(word);
      }
    },
  );

  test("that of the mock fits 80 columns", async () => {
    const { stdout } = await runCommand(["mock", "--help"]);
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(stdout).toContain("hedge");
  });
});
