import { fstatSync } from "node:fs";
import type { Socket } from "node:net";
import type { Readable } from "node:stream";

/** Ms between two looks at who the parent is. */
const interval = 500;

/**
 * Resolves when the process that started this one is gone. Its end of a pipe closes, which is noticed through `npx` and shells, too;
 * without a pipe on standard input this process gets another parent.
 */
export function parentEnded(input: Readable = process.stdin, isPipe = isPiped()): Promise<void> {
  const parent = process.ppid;
  return new Promise((resolve) => {
    const look = setInterval(() => process.ppid !== parent && resolve(), interval);
    look.unref();
    if (!isPipe) return;
    input.once("end", resolve).once("error", resolve).resume();
    // Waiting for its end shall not keep this process alive.
    (input as Partial<Socket>).unref?.();
  });
}

/** Whether standard input is a pipe: a file or /dev/null ends at once, and a terminal when somebody types ^D. */
function isPiped(): boolean {
  try {
    const kind = fstatSync(0);
    return kind.isFIFO() || kind.isSocket();
  } catch {
    return false;
  }
}
