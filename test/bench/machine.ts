import { readFile } from "node:fs/promises";
import { cpus, totalmem, type } from "node:os";

export interface Machine {
  cpu: string;
  cores: number;
  memory: string;
  system: string;
  node: string;
  openssl: string;
  day: string;
}

export const machine = (): Machine => ({
  cpu: cpus()[0]?.model.trim() ?? "unknown",
  cores: cpus().length,
  memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
  system: `${type()} ${process.arch}`,
  node: process.versions.node,
  openssl: process.versions.openssl,
  day: new Date().toISOString().slice(0, 10),
});

/** The peers as they are pinned. */
export async function versions(): Promise<Record<string, string>> {
  const { dependencies } = JSON.parse(await readFile(new URL("package.json", import.meta.url), "utf8"));
  return dependencies;
}
