import { createHmac } from "node:crypto";
import { connect } from "node:net";

export interface Target {
  url: string;
  apiKey: string;
  secret: string;
}

/** Bytes of a request, signed now, with room for a minute. */
export function signed({ url, apiKey, secret }: Target, path: string, headers = ""): string {
  const text = `recvWindow=60000&timestamp=${Date.now()}`;
  const signature = createHmac("sha256", secret).update(text).digest("hex");
  return `GET ${path}?${text}&signature=${signature} HTTP/1.1\r\nHost: ${new URL(url).host}\r\nX-MBX-APIKEY: ${apiKey}\r\n${headers}\r\n`;
}

export const paths = [
  "/papi/v1/account",
  "/papi/v1/cm/account",
  "/papi/v1/cm/positionRisk",
  "/papi/v1/um/account",
  "/dapi/v1/account",
];

/**
 * Requests per second over so many connections, each with one request on its way. It speaks HTTP by hand and signs rarely,
 * so that this process is not what is measured. Rejects when anything but 200 comes back.
 */
export async function load(target: Target, connections: number, ms: number): Promise<number> {
  const requests = paths.map((path) => signed(target, path));
  const until = performance.now() + ms;
  const begun = performance.now();
  const counts = await Promise.all(
    Array.from({ length: connections }, (_, index) => converse(target, requests, index, until)),
  );
  return (counts.reduce((sum, count) => sum + count, 0) / (performance.now() - begun)) * 1000;
}

function converse(
  { url }: Target,
  requests: readonly string[],
  first: number,
  until: number,
): Promise<number> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let answered = 0;
    let received = "";
    const socket = connect(Number(port), hostname).setNoDelay().setEncoding("latin1");
    const ask = () => socket.write(requests[(first + answered) % requests.length] ?? "");
    socket.on("connect", ask).on("error", reject);
    socket.on("data", (text) => {
      received += text;
      const head = received.indexOf("\r\n\r\n");
      if (head < 0 || received.length < head + 4 + lengthOf(received)) return;
      if (!received.startsWith("HTTP/1.1 200")) return void socket.destroy(new Error(received.slice(0, 400)));
      received = "";
      answered += 1;
      if (performance.now() < until) ask();
      else socket.end(() => resolve(answered));
    });
  });
}

const lengthOf = (answer: string) => Number(/\r\ncontent-length: (\d+)/i.exec(answer)?.[1] ?? Number.NaN);
