import type { Agent, RequestOptions } from "node:http";
import { invalidArgument } from "../errors.js";
import { type Body, openBody } from "./decode-body.js";
import { RawHeaders } from "./http1.js";
import type { Transport } from "./transport.js";

/** Sends with node:http or node:https over the connections of an agent of the caller's. */
export function agentTransport(agent: Agent): Transport {
  const { request: requestHttp } = process.getBuiltinModule("node:http");
  const { request: requestHttps } = process.getBuiltinModule("node:https");
  return ({ address, query, headers, maxBytes, watch, onHeaders }) =>
    new Promise((resolve, reject) => {
      const { protocol, hostname, port, pathname } = new URL(address);
      const secure = protocol === "https:";
      const options: RequestOptions = {
        ...{ agent, hostname: hostname.replace(/^\[|\]$/g, ""), port, path: `${pathname}?${query}` },
        headers: { accept: "application/json", "accept-encoding": "gzip, br", ...headers },
      };
      const request = begin(() => (secure ? requestHttps : requestHttp)(options));
      let body: Body | undefined;
      const fail = (error: unknown) => {
        request.destroy();
        body?.destroy();
        reject(error);
      };
      watch.onEnd(fail);
      watch.enter("connect");
      request.on("socket", (socket) => {
        if (!socket.connecting && !(socket as { secureConnecting?: boolean }).secureConnecting)
          watch.enter("headers");
        else socket.once(secure ? "secureConnect" : "connect", () => watch.enter("headers"));
      });
      request.on("error", fail);
      let answered = false;
      request.on("close", () => {
        if (!answered) fail(new Error()); // it ended without a word, as after a 101
      });
      request.on("response", (response) => {
        answered = true;
        response.on("error", fail); // also when the connection ends before the body is complete
        const received = new RawHeaders(response.rawHeaders);
        try {
          onHeaders(response.statusCode ?? 0, received);
        } catch (error) {
          fail(error); // thrown from here it would end the program
          return;
        }
        watch.enter("body");
        body = openBody(received, maxBytes, resolve, fail, () => response);
        response.on("data", (chunk: Uint8Array) => body?.add(chunk)).on("end", () => body?.end());
      });
      request.end();
    });
}

function begin<T>(request: () => T): T {
  try {
    return request();
  } catch (error) {
    if ((error as { code?: unknown }).code !== "ERR_INVALID_PROTOCOL") throw error;
    throw invalidArgument(
      "`agent` is for another protocol than that of the server: https needs an agent of node:https.",
    );
  }
}
