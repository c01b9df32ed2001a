/**
 * The server of the bench, in a process of its own: it reads no more of a request than its end and writes an answer that was
 * made before, so that what is measured is the client. In warm-up it verifies every signature.
 */
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";

export interface ServerOptions {
  secret: string;
  key: string;
  cert: string;
  bodies: Record<string, string>;
}

/** What the server is told before each slice, and what it has counted since it was told last. */
export interface Order {
  verify: boolean;
  body: string;
}
export interface Count {
  requests: number;
  connections: number;
  refused: number;
}

const { secret, key, cert, bodies } = JSON.parse(readFileSync(0, "utf8")) as ServerOptions;
const answer = (status: string, body: string) =>
  Buffer.from(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json;charset=UTF-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
      `Date: ${new Date().toUTCString()}\r\nServer: nginx\r\nVary: Accept-Encoding\r\nx-mbx-uuid: 64c1aa09-5dd9-4c2f-b5d6-7d4b1bcd3d1a\r\n` +
      `X-MBX-USED-WEIGHT-1M: 5\r\nCache-Control: no-cache, no-store, must-revalidate\r\nPragma: no-cache\r\nExpires: 0\r\n` +
      `Strict-Transport-Security: max-age=31536000; includeSubdomains\r\nX-Frame-Options: SAMEORIGIN\r\nX-Xss-Protection: 1; mode=block\r\n` +
      `X-Content-Type-Options: nosniff\r\nConnection: keep-alive\r\n\r\n${body}`,
  );
const refusal = () =>
  answer("400 Bad Request", '{"code":-1022,"msg":"Signature for this request is not valid."}');

let order: Order = { verify: true, body: Object.keys(bodies)[0] ?? "" };
let count: Count = { requests: 0, connections: 0, refused: 0 };
let good: Buffer;
const obey = (next: Order) => {
  order = next;
  good = answer("200 OK", bodies[order.body] ?? "");
};
obey(order);
// The date stays near the truth, as it would be, without being written for each answer.
setInterval(() => obey(order), 1000);

function verified(request: string): boolean {
  const [, target = ""] = request.split(" ", 2);
  const [, payload = "", signature] = /\?(.*)&signature=([0-9a-f]{64})$/.exec(target) ?? [];
  return (
    /^x-mbx-apikey: ./im.test(request) &&
    createHmac("sha256", secret).update(payload).digest("hex") === signature
  );
}

function listen(socket: Socket): void {
  count.connections += 1;
  socket.setNoDelay(true);
  let rest = "";
  socket.on("error", () => {});
  socket.on("data", (chunk) => {
    const text = rest + chunk.toString("latin1");
    let from = 0;
    for (let end = text.indexOf("\r\n\r\n"); end >= 0; end = text.indexOf("\r\n\r\n", from)) {
      count.requests += 1;
      if (!order.verify || verified(text.slice(from, end))) socket.write(good);
      else {
        count.refused += 1;
        socket.write(refusal());
      }
      from = end + 4;
    }
    rest = text.slice(from);
  });
}

const servers = [createServer(listen), createTlsServer({ key, cert }, listen)];
for (const server of servers) await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
process.on("message", (next: Order) => {
  process.send?.(count);
  count = { requests: 0, connections: 0, refused: 0 };
  obey(next);
});
process.on("disconnect", () => process.exit());
process.send?.(servers.map((server) => (server.address() as AddressInfo).port));
