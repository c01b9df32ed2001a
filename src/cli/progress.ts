import type { Io } from "./io.js";

const frames = [..."⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"];

/** On a terminal, a line that moves while `work` takes longer than a second. It is gone when `work` is done. */
export async function withProgress<T>(
  stream: Io["stderr"],
  what: () => string,
  work: Promise<T>,
): Promise<T> {
  if (!stream.isTTY) return work;
  const startedAt = performance.now();
  let shown = 0;
  let widest = 0;
  const timer = setInterval(() => {
    const seconds = Math.floor((performance.now() - startedAt) / 1000);
    if (seconds < 1) return;
    const line = `${frames[shown++ % frames.length]} ${what()}: ${seconds} s`.slice(0, room(stream));
    widest = Math.max(widest, line.length);
    stream.write(`\r${line.padEnd(widest)}`);
  }, 100);
  try {
    return await work;
  } finally {
    clearInterval(timer);
    if (shown > 0) stream.write(`\r${" ".repeat(widest)}\r`);
  }
}

/** A line that reaches the last column would wrap, and stay. */
const room = ({ columns = 80 }: Io["stderr"]) => Math.max(0, columns - 1);
