import { ratings } from "../../generated/risk.js";
import { type Decimal, max, over, readDecimal, sum, times, toText, zero } from "../fixed-point.js";
import { type Fields, type MockState, readField as read, StateError } from "./state.js";

/** Derives the health of all margin assets together, in USD. The formulas are published, except that of available balances. */
export function health(state: MockState, assets: readonly Fields[]): Fields {
  const { account: given = {}, collateralRates = {} } = state;
  const priced = assets.map((row) => ({ row, price: dollars(state, String(row.asset)) }));
  const equities = priced.map(({ row, price }) => {
    const equity = times(read(row, "crossWalletBalance") + read(row, "crossUnPnl"), price);
    // A debt counts in full, whatever the collateral rate of its asset.
    const rate = equity > zero ? read(collateralRates, String(row.asset), "1") : constant("1");
    return { equity, counted: times(equity, rate) };
  });
  const total = (field: string) =>
    toText(sum(priced.map(({ row, price }) => times(read(row, field), price))));
  const known: Fields = {
    accountEquity: toText(sum(equities.map(({ counted }) => counted))),
    actualEquity: toText(sum(equities.map(({ equity }) => equity))),
    accountInitialMargin: total("initialMargin"),
    accountMaintMargin: total("maintMargin"),
    totalMarginOpenLoss: toText(zero),
    ...given,
  };
  const [equity, margin] = [read(known, "accountEquity"), read(known, "accountMaintMargin")];
  const adjusted = equity - read(known, "totalMarginOpenLoss");
  const uniMMR = margin === zero ? nothingHeld : toText(over(adjusted, margin));
  return {
    uniMMR,
    accountStatus: statusAt(constant(uniMMR), equity),
    virtualMaxWithdrawAmount: toText(max(zero, equity - times(constant("1.2"), margin))),
    totalAvailableBalance: toText(max(zero, equity - read(known, "accountInitialMargin"))),
    updateTime: 0,
    ...known,
  };
}

const nothingHeld = "99999999";

const constant = (text: string): Decimal => readDecimal(text) ?? zero;

/** The published levels of `uniMMR`, as the document has them; each status holds above its own. */
const levels = ratings
  .filter(({ status }) => status === "accountStatus")
  .flatMap(({ levels }) => levels)
  .flatMap((level) => ("above" in level ? [[constant(level.above), level.statuses[0]] as const] : []));

function statusAt(uniMMR: Decimal, equity: Decimal): string {
  if (equity < zero) return "BANKRUPTED";
  return levels.find(([level]) => uniMMR > level)?.[1] ?? "FORCE_LIQUIDATION";
}

/** Values an asset in USD: 1 for any dollar coin, otherwise the mark price against USDT or of the perpetual contract. */
function dollars({ markPrices = {} }: MockState, asset: string): Decimal {
  const symbol = [`${asset}USDT`, `${asset}USD_PERP`].find((name) => Object.hasOwn(markPrices, name));
  if (!symbol && !asset.includes("USD"))
    throw new StateError(
      `\`markPrices\` must name ${asset}USDT, which values ${asset} in USD; received none`,
    );
  return symbol ? read(markPrices, symbol) : constant("1");
}
