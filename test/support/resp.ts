import { createConnection } from "node:net";

export type Send = (...args: string[]) => Promise<unknown>;

/** As little as it takes to send a command to Redis: what `send` needs, and no package. */
export function rawClient(path: string): { send: Send; close(): void; isClosed(): boolean } {
  const socket = createConnection(path);
  const waiting: { resolve(value: unknown): void; reject(error: unknown): void }[] = [];
  let buffer = "";
  socket.on("error", () => {});
  socket.on("close", () => {
    for (const { reject } of waiting.splice(0)) reject(new Error("The connection has ended."));
  });
  socket.on("data", (chunk) => {
    buffer += chunk.toString("latin1");
    for (let parsed = parse(buffer, 0); parsed; parsed = parse(buffer, 0)) {
      buffer = buffer.slice(parsed.end);
      const { resolve, reject } = waiting.shift() ?? {};
      if (parsed.value instanceof Error) reject?.(parsed.value);
      else resolve?.(parsed.value);
    }
  });
  return {
    send: (...args) =>
      new Promise((resolve, reject) => {
        if (socket.destroyed) return reject(new Error("The connection has ended."));
        waiting.push({ resolve, reject });
        socket.write(
          `*${args.length}\r\n${args.map((arg) => `$${Buffer.byteLength(arg)}\r\n${arg}\r\n`).join("")}`,
        );
      }),
    close: () => socket.destroy(),
    isClosed: () => socket.destroyed,
  };
}

/** One reply of RESP 2, or nothing while it is not complete. */
function parse(text: string, start: number): { value: unknown; end: number } | undefined {
  const eol = text.indexOf("\r\n", start);
  if (eol < 0) return undefined;
  const [kind, rest, after] = [text[start], text.slice(start + 1, eol), eol + 2];
  if (kind === "+") return { value: rest, end: after };
  if (kind === "-") return { value: new Error(rest), end: after };
  if (kind === ":") return { value: Number(rest), end: after };
  const size = Number(rest);
  if (size < 0) return { value: null, end: after };
  if (kind === "$")
    return text.length < after + size + 2
      ? undefined
      : { value: text.slice(after, after + size), end: after + size + 2 };
  const items: unknown[] = [];
  let end = after;
  for (let i = 0; i < size; i++) {
    const item = parse(text, end);
    if (!item) return undefined;
    items.push(item.value);
    end = item.end;
  }
  return { value: items, end };
}
