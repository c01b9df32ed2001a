import { Socket } from "node:net";

// No test reaches a network: a connection to anything but this machine fails the test that asked for it.
const connect = Socket.prototype.connect;
Socket.prototype.connect = function (this: Socket, ...args: never[]) {
  const [first] = args.flat() as unknown as [{ host?: string; path?: string }];
  const { host = "localhost", path } = first ?? {};
  if (!path && !/^(localhost|::1|127\.\d+\.\d+\.\d+)$/.test(host)) throw new Error(`A test tried to reach ${host}.`);
  return connect.apply(this, args as never);
} as typeof connect;
