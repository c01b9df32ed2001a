import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, readFile, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { flags, variableOf } from "../../src/cli/mock-flags.js";
import { installPacked } from "../support/packed.js";
import { codeBlocks, root, runProgram, temporaryFolder } from "../support/process.js";

// The file tree of the Containerfile, with this machine's Node, in a chroot and a network of its own, where no container engine is
// needed. The workflow builds the image for real.
const canIsolate =
  process.platform === "linux" &&
  spawnSync("unshare", ["--net", "sh", "-c", "ip link set lo up && chroot / true"]).status === 0;

/** What an instruction of the Containerfile says, of its last stage. */
const containerfile = await readFile(join(root, "Containerfile"), "utf8");
const instruction = (name: string) =>
  new RegExp(`^${name} (.*)$`, "gm").exec(containerfile.split(/^FROM /m).at(-1) ?? "")?.[1] ?? "";
const listed = (text: string): string[] => JSON.parse(text.slice(text.indexOf("[")));
const environment = Object.fromEntries(
  instruction("ENV")
    .split(" ")
    .map((pair) => pair.split("=") as [string, string]),
);

let tree: Awaited<ReturnType<typeof temporaryFolder>>;
const running: ChildProcess[] = [];

/** Arguments of `chroot` for a program as the image's user, whose number is that of `node` in Node's images. */
const inside = (command: string[]) => ["--userspec=1000:1000", tree.path, ...command];

describe.skipIf(!canIsolate)("the image", () => {
  beforeAll(async () => {
    tree = await temporaryFolder();
    await mkdir(join(tree.path, "app"));
    await installPacked(join(tree.path, "app"));
    await copyNode(tree.path);
    execFileSync("chmod", ["-R", "a+rX", tree.path]);
  }, 120_000);
  afterAll(async () => {
    for (const child of running) child.kill("SIGKILL");
    await tree?.[Symbol.asyncDispose]();
  });

  test.each([[{}], [{ BINANCE_MOCK_TLS: "1", BINANCE_MOCK_TLS_CA: "/tmp/ca.pem" }]])(
    "starts without a network and a writable tree, is healthy, and answers the command: %j",
    async (more) => {
      const mock = await start(more);
      const { status } = enter(mock, listed(instruction("HEALTHCHECK")));
      expect(status).toBe(0);
      const call = ["node", listed(instruction("ENTRYPOINT"))[1] ?? "", "call", "getUmAccount", "--json"];
      const answer = enter(mock, call, mock.printed);
      expect([answer.status, JSON.parse(String(answer.stdout)).positions]).toEqual([0, [expect.anything()]]);
      mock.child.kill("SIGTERM");
      expect(await once(mock.child, "exit")).toEqual([0, null]);
    },
  );

  test("is unhealthy while nothing listens", async () => {
    const elsewhere = await start({ BINANCE_MOCK_PORT: "8081" });
    expect(enter(elsewhere, listed(instruction("HEALTHCHECK"))).status).toBe(1);
    expect(enter(elsewhere, listed(instruction("HEALTHCHECK")), { BINANCE_MOCK_PORT: "8081" }).status).toBe(
      0,
    );
  });
});

test("runs as a user without rights, and fetches nothing after it was built", () => {
  expect(instruction("USER")).toBe("node");
  expect(listed(instruction("ENTRYPOINT")).slice(0, 1)).toEqual(["node"]);
  expect(containerfile.split(/^FROM /m).at(-1)).not.toMatch(/^(RUN|ADD) /m);
  expect(containerfile.match(/^FROM .*$/gm)?.every((line) => line.includes("node:24-alpine"))).toBe(true);
});

test("the recipes name the port, the health check and variables as the image has them", async () => {
  const known = [...Object.keys(flags).map(variableOf), "BINANCE_MOCK_API_SECRET"];
  const blocks = await codeBlocks("openapi/guides/mock-containers.en.md");
  expect(blocks.map(({ language }) => language)).toEqual([
    ...["sh", "yaml", "yaml", "ts", "java", "go", "python", "yaml", "sh"],
  ]);
  for (const { text, language } of blocks) {
    for (const name of text.match(/BINANCE_MOCK_\w+/g) ?? []) expect(known).toContain(name);
    if (language === "yaml") expect(parse(text)).toHaveProperty("services.binance-mock.image");
    else if (language !== "sh") expect(text).toContain("/__mock/health");
    if (language !== "sh") expect(text).toContain(environment.BINANCE_MOCK_PORT);
  }
});

interface Started {
  child: ChildProcess;
  printed: Record<string, string>;
}

/** Starts the entry point and resolves with the environment that it prints. */
async function start(more: Record<string, string>): Promise<Started> {
  const program = ["chroot", ...inside(listed(instruction("ENTRYPOINT")))];
  const args = ["--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh", ...program];
  const child = spawn("unshare", args, {
    env: { PATH: "/bin:/usr/bin:/usr/sbin:/sbin", ...environment, ...more },
  });
  running.push(child);
  let text = "";
  child.stderr.on("data", (chunk) => {
    text += chunk;
  });
  child.stdout.on("data", (chunk) => {
    text += chunk;
  });
  const ready = more.BINANCE_MOCK_TLS ? "CURL_CA_BUNDLE=" : "BINANCE_API_SECRET=";
  while (!text.includes(ready)) {
    if (child.exitCode !== null) throw new Error(text);
    await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
  }
  const printed = Object.fromEntries(
    [...text.matchAll(/export (\w+)=(\S+)/g)].map(([, name, value]) => [name as string, value as string]),
  );
  return { child, printed };
}

/** Runs a program in the same container. */
function enter({ child }: Started, command: string[], more: Record<string, string> = {}) {
  const args = [`--net=/proc/${child.pid}/ns/net`, "chroot", ...inside(command)];
  return spawnSync("nsenter", args, {
    env: { PATH: "/bin:/usr/bin:/usr/sbin:/sbin", ...environment, ...more },
  });
}

/** Copies Node and the libraries that it loads. */
async function copyNode(folder: string): Promise<void> {
  const node = await realpath(process.execPath);
  const { stdout } = await runProgram("ldd", [node], { env: { NODE_OPTIONS: "" } });
  const libraries = [...stdout.matchAll(/(?:=> )?(\/\S+) \(0x/g)].map(([, file]) => file as string);
  await mkdir(join(folder, "bin"));
  await cp(node, join(folder, "bin/node"));
  for (const library of libraries) {
    await mkdir(join(folder, dirname(library)), { recursive: true });
    await cp(await realpath(library), join(folder, library));
  }
  await mkdir(join(folder, "tmp"), { mode: 0o1777 });
  execFileSync("chmod", ["1777", join(folder, "tmp")]);
}
