import { Socket } from "node:net";

// The name of 64 letters is too long for DNS and is looked up nowhere.
// No test reaches a network, and none uses a key of whoever runs it: in this process and, by NODE_OPTIONS, in those it starts.
for (const name of Object.keys(process.env))
  if (name.startsWith("BINANCE_") && !process.env.BINANCE_TEST) delete process.env[name];

const connect = Socket.prototype.connect;
Socket.prototype.connect = function (...args) {
  const [first] = args.flat();
  const { host = "localhost", path } = typeof first === "object" && first !== null ? first : {};
  if (!path && !/^(localhost|::1|127\.\d+\.\d+\.\d+|0\.0\.0\.0|a{64}\.test)$/.test(host))
    throw new Error(`A test tried to reach ${host}.`);
  return connect.apply(this, args);
};
