import { execFileSync, fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Slice, Task } from "./client.js";
import type { Where } from "./clients.js";
import type { Count, Order, ServerOptions } from "./server.js";

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
export const ours = here("../../dist/src/index.js");

/** Plain JavaScript of server, clients and signer: what runs TypeScript would be measured with them. */
export const compile = () =>
  build({
    entryPoints: {
      server: here("server.ts"),
      client: here("client.ts"),
      program: here("program.ts"),
      platform: here("../../src/platform/node.ts"),
    },
    outdir: here("build"),
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20",
  });

export interface Server extends Disposable {
  urls: { http: string; https: string };
  /** File of the certificate that clients have to trust. */
  certificate: string;
  /** Sets how the next requests are answered; resolves with what was counted before. */
  order(order: Order): Promise<Count>;
}

export async function startServer(
  keys: { secret: string },
  bodies: ServerOptions["bodies"],
): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"];
  execFileSync("openssl", ["req", "-x509", ...kind, "-keyout", key, "-out", cert, ...subject], {
    stdio: "ignore",
  });
  const child = fork(here("build/server.js"), { stdio: ["pipe", "inherit", "inherit", "ipc"] });
  const options: ServerOptions = {
    ...keys,
    key: readFileSync(key, "utf8"),
    cert: readFileSync(cert, "utf8"),
    bodies,
  };
  child.stdin?.end(JSON.stringify(options));
  const [[http, https]] = (await once(child, "message")) as [[number, number]];
  return {
    urls: { http: `http://127.0.0.1:${http}`, https: `https://127.0.0.1:${https}` },
    certificate: cert,
    async order(order) {
      child.send(order);
      const [count] = (await once(child, "message")) as [Count];
      return count;
    },
    [Symbol.dispose]() {
      child.kill();
      rmSync(folder, { recursive: true });
    },
  };
}

export interface ClientProcess extends Disposable {
  perform(task: Task): Promise<Slice>;
}

export async function startClient(name: string, where: Where, certificate: string): Promise<ClientProcess> {
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: certificate };
  const child = fork(here("build/client.js"), [JSON.stringify({ name, where })], {
    env,
    execArgv: ["--expose-gc"],
  });
  child.setMaxListeners(0);
  const answer = async () => {
    const dead = once(child, "exit").then(([code]) => {
      throw new Error(`${name} ended with ${code}.`);
    });
    const [message] = (await Promise.race([once(child, "message"), dead])) as [Slice];
    return message;
  };
  await answer();
  return {
    perform(task) {
      child.send(task);
      return answer();
    },
    [Symbol.dispose]: () => void child.kill(),
  };
}

export const throwAwayKeys = () => ({
  apiKey: randomBytes(32).toString("hex"),
  secret: randomBytes(32).toString("hex"),
});
