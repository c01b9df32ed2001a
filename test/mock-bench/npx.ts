import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { installPacked } from "../support/packed.js";
import { temporaryFolder } from "../support/process.js";

/** Ms from the start of `npx` to the first line that it prints, of the mock and of a program that does nothing, in turn. */
export async function startsByNpx(rounds: number): Promise<{ mock: number[]; itself: number[] }> {
  await using project = await temporaryFolder();
  await installPacked(project.path);
  const nothing = join(project.path, "node_modules/.bin/nothing");
  await writeFile(nothing, "#!/bin/sh\necho ready\n");
  await chmod(nothing, 0o755);
  const times = { mock: [] as number[], itself: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    times.itself.push(await firstLine(["nothing"], project.path));
    times.mock.push(
      await firstLine(["binance-accounts", "mock", "--quiet", "--exit-with-parent"], project.path),
    );
  }
  return times;
}

async function firstLine(args: string[], cwd: string): Promise<number> {
  const begun = performance.now();
  const child = spawn("npx", args, { cwd, stdio: ["pipe", "pipe", "ignore"] });
  await once(child.stdout, "data");
  const ms = performance.now() - begun;
  child.stdin.end();
  await once(child, "close");
  return ms;
}
