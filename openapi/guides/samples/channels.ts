import { subscribe } from "node:diagnostics_channel";
import type { ChannelMessages } from "binance-accounts";
import { startMock } from "binance-accounts/mock";

subscribe("tracing:binance-accounts.attempt:asyncEnd", (message) => {
  const { operationId, attempt, status, next } = message as ChannelMessages["binance-accounts.attempt"];
  console.log(operationId, "attempt", attempt, "status", status, "then", next);
});
subscribe("binance-accounts.weight", (message) => {
  const { server, used, limit } = message as ChannelMessages["binance-accounts.weight"];
  console.log(server, "weight", used, "of", limit);
});

await using mock = await startMock({ faults: [{ fault: "error", example: "overloaded", nth: 1 }] });
await mock.client().getPortfolioAccount();
