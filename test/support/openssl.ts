import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestKey } from "./keys.js";

/** Whether there is an openssl that knows Ed25519; some systems have none. */
export const hasOpenssl = (() => {
  try {
    return /^OpenSSL [1-9][0-9]*\.[0-9]/.test(execFileSync("openssl", ["version"], { encoding: "utf8" }));
  } catch {
    return false;
  }
})();

/** Signs as a person would on the command line: hex for HMAC, base64 for RSA and Ed25519. */
export function opensslSign({ kind, client }: TestKey, payload: string): string {
  const folder = mkdtempSync(join(tmpdir(), "openssl-"));
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const openssl = (...args: string[]) => execFileSync("openssl", args);
  try {
    const input = file("payload", payload);
    if (kind === "HMAC")
      return (
        /[0-9a-f]{64}/.exec(
          openssl("dgst", "-sha256", "-hmac", String(client.secret), input).toString(),
        )?.[0] ?? ""
      );
    const key = file("key.pem", String(client.privateKey));
    if (kind === "RSA") return openssl("dgst", "-sha256", "-sign", key, input).toString("base64");
    return openssl("pkeyutl", "-sign", "-rawin", "-inkey", key, "-in", input).toString("base64");
  } finally {
    rmSync(folder, { recursive: true });
  }
}
