import type { Agent, AgentOptions, ClientRequest, ClientRequestArgs } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { builtin } from "../builtin.js";
import { openTunnel, type ProxyServer } from "./proxy.js";
import type { TransportOptions } from "./transport.js";

/** An option of requests to this agent; Node does not pass their `signal` on. */
export interface AgentRequest {
  /** Aborts a tunnel that is being opened. */
  givenUp?: AbortSignal | undefined;
}

/** Silence after which TCP probes a connection, in ms, so that a dead one is noticed before it is used. */
const probeAfterMs = 15_000;

/** Creates the keep-alive agent for one server. It always checks certificates, whatever the environment says. */
export function createAgent(server: URL, proxy: ProxyServer | undefined, options: TransportOptions): Agent {
  const { tls, family, localAddress } = options;
  const secure = server.protocol === "https:";
  const Base: new (options: AgentOptions & object) => Agent = builtin(
    secure ? "node:https" : "node:http",
  ).Agent;

  class ServerAgent extends Base {
    override getName(): string {
      return server.host;
    }

    override createConnection(
      request: ClientRequestArgs & AgentRequest,
      callback: (error: Error | null, socket?: Duplex) => void,
    ): Duplex | null | undefined {
      if (!proxy) return super.createConnection(request, callback as never);
      openTunnel(proxy, server, options, request.givenUp, (error, socket) => {
        if (error) callback(error);
        else callback(null, super.createConnection({ ...request, socket } as ClientRequestArgs) ?? undefined);
      });
      return undefined;
    }

    override keepSocketAlive(duplex: Duplex): boolean {
      const socket = duplex as Socket;
      socket.setKeepAlive(true, probeAfterMs);
      socket.unref(); // idle connections do not keep a program running
      socket.on("data", endUnasked);
      return true;
    }

    override reuseSocket(duplex: Duplex, request: ClientRequest): void {
      duplex.off("data", endUnasked);
      super.reuseSocket(duplex, request);
    }
  }
  const connection = { ...tls, family, localAddress, rejectUnauthorized: true };
  return new ServerAgent({ keepAlive: true, ...connection });
}

/** Closes a connection on which bytes arrive that nobody asked for: they would be taken for the next response. */
function endUnasked(this: Duplex): void {
  this.destroy();
}
