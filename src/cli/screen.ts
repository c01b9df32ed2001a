import type { Io } from "./io.js";

/** Draws each frame over the one before, on a screen of its own that is gone at the end. */
export function openScreen(stdout: Io["stdout"]): { draw(frame: string): void } & Disposable {
  let last = "";
  stdout.write("\x1b[?1049h\x1b[?25l");
  return {
    draw(frame) {
      last = frame;
      // A line beyond the last row would scroll.
      const lines = frame
        .trimEnd()
        .split("\n")
        .slice(0, Math.max(1, (stdout.rows ?? 24) - 1));
      stdout.write(`\x1b[H${lines.map((line) => `${line}\x1b[K`).join("\n")}\x1b[J`);
    },
    [Symbol.dispose]() {
      stdout.write(`\x1b[?25h\x1b[?1049l${last}`);
    },
  };
}
