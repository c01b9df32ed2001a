#!/usr/bin/env node
import { run } from "./run.js";

process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
  // `| head` closes the pipe early; that is no error.
  if (code === "EPIPE") process.exit(0);
  process.stderr.write(`error: Standard output cannot be written (${code}).\n`);
  process.exit(1);
});
// Nobody is left to be told; the exit code says what the command came to.
process.stderr.on("error", () => {});
process.exitCode = await run(process.argv.slice(2), process);
