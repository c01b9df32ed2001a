import { operations } from "../../generated/operations.js";
import type { OperationId, ServerName } from "../types.js";

/** Hints for -2015, by server: an account is either classic or in Portfolio Margin, which Binance's text does not mention. */
const otherAccount: Partial<Record<ServerName, string>> = {
  papi: "On papi, -2015 can also mean that the account is not in Portfolio Margin, or that the key was made before it joined: join, then make a new key.",
  dapi: "On dapi, -2015 can also mean that the account is in Portfolio Margin: such an account is read on papi.",
};

const notInPortfolioMargin =
  "The account is not in Portfolio Margin: join, then make a new key. A classic account is read on dapi.";

/** Returns a sentence that Binance's message lacks, or undefined. */
export function hintFor(binanceCode: number, operationId: OperationId | undefined): string | undefined {
  if (binanceCode === -21001 || binanceCode === -9000) return notInPortfolioMargin;
  if (binanceCode !== -2015 || operationId === undefined) return undefined;
  return otherAccount[operations[operationId].server];
}
