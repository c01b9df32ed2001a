import { type ChildProcess, spawn } from "node:child_process";
import { createHash, X509Certificate } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { startMock } from "../../src/mock/index.js";
import { program as chromium, launch } from "../support/site.js";
import { type Config, configFor } from "./config.js";
import type { Servers } from "./servers.js";

export interface Step {
  name: string;
  error?: string;
  remark?: string;
}

/** One fault of the matrix, as a runtime met it. */
export interface Met {
  family: string;
  name: string;
  /** A promise that was not kept. */
  broken?: string;
  /** Another outcome than the matrix says. */
  differs?: string;
}

export interface Report {
  results: Step[];
  met: Met[];
}

export interface Runtime {
  name: string;
  /** How requests are to be carried there: on connections of the client's own, or by the runtime's fetch. */
  carries: "own" | "fetch";
  version(): Promise<string>;
  run(scene: Scene): Promise<Report>;
}

/** The project into which the package is installed, and what there is to talk to. */
interface Scene {
  folder: string;
  servers: Servers;
}

/** This runtime cannot be had on this machine. */
export class Missing extends Error {}

const here = fileURLToPath(new URL(".", import.meta.url));

/** A program that a package brings for this machine; its name ends with one of a few for all of them. */
async function binary(...patterns: string[]): Promise<string> {
  for (const pattern of patterns) {
    const [scope = "", name = "", ...rest] = pattern.split("/");
    const folder = join(here, "node_modules", scope);
    for (const found of existsSync(folder) ? await readdir(folder) : []) {
      const file = join(folder, found, ...rest);
      if (found.startsWith(name) && existsSync(file)) return file;
    }
  }
  throw new Missing(`none of its packages is for this machine (${process.platform}, ${process.arch})`);
}

interface Ended {
  stdout: string;
  stderr: string;
  code: number | null;
  /** How long it lived after it had said its last word, in ms. */
  lingered: number;
}

/** Runs a program to its end, or ends it when it stays for ten seconds after its last word, or says nothing for two minutes. */
function execute(file: string, args: string[], cwd: string, env: Record<string, string>): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let [stdout, stderr, spoke] = ["", "", performance.now()];
    let timer = setTimeout(() => child.kill("SIGKILL"), 120_000);
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
      spoke = performance.now();
      clearTimeout(timer);
      timer = setTimeout(() => child.kill("SIGKILL"), 10_000);
    });
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    child.on("error", (error) => reject(new Missing(error.message)));
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ stdout, stderr, code, lingered: performance.now() - spoke });
    });
  });
}

/** Node and those that run what is written for it. */
function program(
  name: string,
  find: () => Promise<string>,
  { args = [], bundled = false }: { args?: string[]; bundled?: boolean } = {},
): Runtime {
  return {
    name: bundled ? `${name}, bundled for browsers` : name,
    carries: bundled ? "fetch" : "own",
    async version() {
      const { stdout, stderr, code } = await execute(await find(), ["--version"], here, {});
      if (code !== 0) throw new Missing(`it does not start: ${stderr.slice(0, 200)}`);
      return /\d+\.\d+\.\d+/.exec(stdout)?.[0] ?? stdout;
    },
    run: (scene) =>
      withConfig(scene, {}, async () => {
        const { folder, servers } = scene;
        const file = bundled ? await bundle(folder, "main.js") : "main.js";
        const env = { PATH: process.env.PATH ?? "", HOME: folder, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" };
        const trust = { NODE_EXTRA_CA_CERTS: servers.trusted.file, DENO_CERT: servers.trusted.file };
        const { stdout, stderr, code, lingered } = await execute(await find(), [...args, file], folder, {
          ...env,
          ...trust,
        });
        const report = read(stdout, stderr);
        const late =
          code !== 0 || lingered > 5000
            ? `exit code ${code}, ${Math.round(lingered)} ms after its last word`
            : undefined;
        report.results.push({ name: "the program ends by itself", ...(late && { error: late }) });
        // What a runtime's own fetch prints is its own affair; one step sets the variable that Node and Bun warn of.
        const printed = bundled
          ? ""
          : stderr.replace(/^.*NODE_TLS_REJECT_UNAUTHORIZED.*\n.*--trace-warnings.*\n/m, "");
        report.results.push({
          name: "nothing is printed",
          ...(printed !== "" && { error: printed.slice(0, 300) }),
        });
        return report;
      }),
  };
}

function read(text: string, stderr = ""): Report {
  try {
    return JSON.parse(text);
  } catch {
    return {
      results: [
        { name: "requests are carried by", error: `${stderr}${text}`.slice(0, 600) || "it said nothing" },
      ],
      met: [],
    };
  }
}

/** The scenario's files in the project, with keys of their own and a mock that knows them. */
async function withConfig(scene: Scene, more: Partial<Config>, run: () => Promise<Report>): Promise<Report> {
  const { folder, servers } = scene;
  const { config, mockKeys } = configFor(servers.url);
  await using mock = await startMock({ keys: mockKeys });
  for (const name of ["scenario.js", "main.js", "worker.js", "page.js"])
    await cp(join(here, name), join(folder, name));
  await writeFile(join(folder, "config.json"), JSON.stringify({ ...config, ...more, mockUrl: mock.url }));
  return await run();
}

/** As an application for browsers or Workers is bundled: nothing is said of this package. */
async function bundle(folder: string, entry: string): Promise<string> {
  const outfile = `bundled-${entry}`;
  await build({
    ...{ entryPoints: [join(folder, entry)], outfile: join(folder, outfile), absWorkingDir: folder },
    ...{
      bundle: true,
      format: "esm",
      platform: "browser",
      target: "es2022",
      tsconfigRaw: {},
      logLevel: "silent",
    },
  });
  return outfile;
}

const workerd: Runtime = {
  name: "workerd",
  carries: "fetch",
  async version() {
    const { stdout } = await execute(
      await binary("@cloudflare/workerd-/bin/workerd"),
      ["--version"],
      here,
      {},
    );
    return stdout.trim().replace("workerd ", "");
  },
  run: (scene) =>
    withConfig(scene, {}, async () => {
      const { folder, servers } = scene;
      const script = await bundle(folder, "worker.js");
      const authority = JSON.stringify(await readFile(servers.trusted.file, "utf8"));
      await writeFile(join(folder, "workerd.capnp"), capnp(script, authority));
      const child = spawn(
        await binary("@cloudflare/workerd-/bin/workerd"),
        ["serve", "workerd.capnp", "--control-fd=3"],
        {
          ...{
            cwd: folder,
            env: { PATH: process.env.PATH ?? "" },
            stdio: ["ignore", "ignore", "pipe", "pipe"],
          },
        },
      );
      let stderr = "";
      child.stderr?.on("data", (chunk) => {
        stderr += chunk;
      });
      try {
        const url = `http://127.0.0.1:${await portOf(child)}`;
        const shared = await Promise.all(
          [1, 2, 3].map(() => fetch(`${url}/shared`).then((response) => response.text())),
        );
        shared.push(await fetch(`${url}/shared`).then((response) => response.text()));
        const report = read(await fetch(url).then((response) => response.text()), stderr);
        const error = shared.find((text) => text !== "ok");
        report.results.push({
          name: "a client made outside of any request serves several at once",
          ...(error && { error }),
        });
        return report;
      } finally {
        child.kill();
      }
    }),
};

const capnp = (script: string, authority: string) => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["local"], tlsOptions = (trustedCertificates = [${authority}]))),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "${script}")],
  compatibilityDate = "2026-01-01",
);
`;

/** The port that it has taken, as it says on its control channel. */
function portOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = "";
    child.stdio[3]?.on("data", (chunk) => {
      said += chunk;
      const port = /"port":(\d+)/.exec(said)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
    child.on("error", reject).on("exit", (code) => reject(new Missing(`it ended at once with ${code}`)));
  });
}

const browser: Runtime = {
  name: "Chromium",
  carries: "fetch",
  async version() {
    if (chromium === undefined) throw new Missing("no Chromium in PATH; `apt-get install chromium`");
    await using started = await launch();
    return started.version();
  },
  run: (scene) =>
    withConfig(scene, { trustsAnyName: true }, async () => {
      const { folder, servers } = scene;
      const script = await readFile(join(folder, await bundle(folder, "page.js")), "utf8");
      const server = createServer(({ url }, response) => {
        const isScript = url === "/page.js";
        response.writeHead(200, { "content-type": isScript ? "text/javascript" : "text/html" });
        response.end(isScript ? script : '<!DOCTYPE html><script type="module" src="page.js"></script>');
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const key = new X509Certificate(servers.trusted.cert).publicKey.export({ type: "spki", format: "der" });
      const trusted = createHash("sha256").update(key).digest("base64");
      await using started = await launch(`--ignore-certificate-errors-spki-list=${trusted}`);
      try {
        const page = await started.newPage();
        const complaints: string[] = [];
        page.on("pageerror", ({ message }) => complaints.push(message));
        await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
        await page.waitForFunction(() => "run" in globalThis);
        const report = await page.evaluate(() => (globalThis as unknown as { run(): Promise<Report> }).run());
        report.results.push({
          name: "no error is left unhandled",
          ...(complaints.length > 0 && { error: complaints.join("; ") }),
        });
        return report;
      } finally {
        server.close();
        server.closeAllConnections();
      }
    }),
};

const own = async () => process.execPath;
const node22 = () => binary("/node-22/bin/node");
const node24 = () => binary("/node-24/bin/node");
const bun = () => binary("@oven/bun-/bin/bun");
const deno = () => binary("@deno//deno");
const bunOptions = { args: ["--no-install"] };
// The network and the proxy's variables are all that the client needs. One step sets another variable, and an agent of node:https
// wants to know the authorities.
const env = [
  "HTTPS_PROXY",
  "https_proxy",
  "NO_PROXY",
  "no_proxy",
  "ALL_PROXY",
  "all_proxy",
  "NODE_TLS_REJECT_UNAUTHORIZED",
  "NODE_USE_SYSTEM_CA",
];
const denoOptions = {
  args: [
    "run",
    "--no-prompt",
    "--no-remote",
    // The last is a name that no server knows: without leave for it, Deno would not look for one.
    `--allow-net=127.0.0.1,localhost,${"a".repeat(64)}.test`,
    `--allow-env=${env}`,
    "--allow-sys",
  ],
};

export const runtimes: Runtime[] = [
  program("Node", own),
  program("Node", node22),
  program("Node", node24),
  program("Bun", bun, bunOptions),
  program("Deno", deno, denoOptions),
  workerd,
  browser,
  program("Node", own, { bundled: true }),
  program("Node", node22, { bundled: true }),
  program("Node", node24, { bundled: true }),
  program("Bun", bun, { ...bunOptions, bundled: true }),
  program("Deno", deno, { ...denoOptions, bundled: true }),
];
