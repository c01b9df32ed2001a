import { type Answer, Client, type Filter, type PortfolioAccount } from "../client.js";
import * as judges from "../judges.js";
import { type Bug, bug } from "./bug.js";

export const accounts: Bug[] = [
  bug(
    "reads BOTH rows only",
    judges.readsHedge,
    class extends Client {
      override rows(positions: Record<string, string>[]) {
        return positions.filter(({ positionSide }) => positionSide === "BOTH");
      }
    },
  ),
  bug(
    "takes each symbol to have one row",
    judges.readsHedge,
    class extends Client {
      override add(_before: string, amount: string) {
        return super.add("0", amount);
      }
    },
  ),
  bug(
    "takes every amount as positive",
    judges.readsHedge,
    class extends Client {
      override add(a: string, b: string) {
        return super.add(a, b.replace("-", ""));
      }
    },
  ),
  bug(
    "adds amounts as floats",
    judges.readsHedge,
    class extends Client {
      override add(a: string, b: string) {
        return String(Number(a) + Number(b));
      }
    },
  ),
  bug(
    "reads balances as floats",
    judges.readsLargeAmounts,
    class extends Client {
      override async health() {
        const health = await super.health();
        return { ...health, equity: String(Number(health.equity)) };
      }
    },
  ),
  bug(
    "reads an empty decimal as 0",
    judges.readsEmptyDecimals,
    class extends Client {
      override optional(decimal: string) {
        return String(Number(decimal));
      }
    },
  ),
  bug(
    "computes the ratio itself, by a margin of 0",
    judges.readsNoPositions,
    class extends Client {
      override ratio({ accountEquity, accountMaintMargin }: PortfolioAccount) {
        return String(Number(accountEquity) / Number(accountMaintMargin));
      }
    },
  ),
  bug(
    "knows MARGIN_CALL and no worse",
    judges.alarmsAtLiquidation,
    class extends Client {
      override isAlarm({ accountStatus }: PortfolioAccount) {
        return accountStatus === "MARGIN_CALL";
      }
    },
  ),
  bug(
    "alarms by a ratio that is never reached",
    judges.alarmsAtMarginCall,
    class extends Client {
      override isAlarm({ uniMMR }: PortfolioAccount) {
        return Number(uniMMR) < 1;
      }
    },
  ),
  bug(
    "takes an unknown status for a good one",
    judges.readsUnknownStatus,
    class extends Client {
      override isAlarm({ accountStatus }: PortfolioAccount) {
        return ["MARGIN_CALL", "REDUCE_ONLY", "FORCE_LIQUIDATION", "BANKRUPTED"].includes(accountStatus);
      }
    },
  ),
  bug(
    "crashes at a field that it does not know",
    judges.readsNewFields,
    class extends Client {
      override read(answer: Answer, path: string) {
        const data = super.read(answer, path) as object;
        if (path === "/papi/v1/account" && Object.keys(data).length > 10)
          throw new Error("There is a field too many.");
        return data;
      }
    },
  ),
  bug(
    "reads the first 100 rows",
    judges.readsMany,
    class extends Client {
      override rows(positions: Record<string, string>[]) {
        return positions.slice(0, 100);
      }
    },
  ),
  bug(
    "reads the first row, whichever it is",
    judges.readsOneOfMany,
    class extends Client {
      override async contracts() {
        return (await super.contracts({})).slice(0, 1);
      }
    },
  ),
  bug(
    "keeps the first answer for ever",
    judges.seesPricesMove,
    class extends Client {
      readonly #kept = new Map<string, unknown>();
      override async get(path: string, parameters?: Filter) {
        if (!this.#kept.has(path)) this.#kept.set(path, await super.get(path, parameters));
        return this.#kept.get(path);
      }
    },
  ),
];
