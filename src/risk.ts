import { type LiquidatedPosition, liquidations, type RatedAccount, ratings } from "../generated/risk.js";
import { add, cmp, type DecimalText, div, sub } from "./decimal.js";
import { mustBe, ownProperties, readNames } from "./input.js";

export type { DecimalText } from "./decimal.js";
export type { LiquidatedPosition, RatedAccount };

/** How bad it is, from `NORMAL` to `LIQUIDATION`. */
export type RiskLevel = (typeof ratings)[number]["levels"][number]["name"];

/** What an account's ratio and status come to. */
export interface Risk {
  /** The worse of what the ratio and the status say. */
  level: RiskLevel;
  /** Whether somebody has to look: the level is not the best one, or the status is not known. */
  isAlarm: boolean;
  /** What the ratio alone says. */
  ratioLevel: RiskLevel;
  /** Ratio and status, as they came. */
  ratio: DecimalText;
  status: string;
  /** The next worse level of the ratio; none at the worst. */
  next: RiskStep | undefined;
}

export interface RiskStep {
  level: RiskLevel;
  /** The ratio at which it begins. */
  at: DecimalText;
  /** How far the ratio has to fall for it. */
  distance: DecimalText;
  /** The same as a share of the ratio, with 8 places. */
  share: DecimalText;
}

export interface RiskOptions {
  /** The result before this one, so that a ratio that swings about a threshold does not change the level each time. */
  last?: Risk | undefined;
  /** How far the ratio has to rise above a threshold before the better level counts again. @default "0.02" */
  hysteresis?: DecimalText | undefined;
}

interface Level {
  name: RiskLevel;
  above?: DecimalText;
  statuses: readonly string[];
}

/**
 * Rates an account by the published thresholds. Computes with exact decimals, asks nobody and remembers nothing.
 *
 * @throws {BinanceError} INVALID_ARGUMENT for what is no such account.
 * @example
 * const { level, isAlarm, next } = risk(await binance.getPortfolioAccount());
 */
export function risk(account: RatedAccount, options: RiskOptions = {}): Risk {
  const { last, hysteresis = "0.02" } = readNames("risk", options, ["last", "hysteresis"]);
  if (!(cmp(hysteresis, "0") >= 0)) throw mustBe("`hysteresis`", "a decimal of at least 0", hysteresis);
  const { rule, fields } = ruleFor("account", ratings, account, ({ ratio, status }) => [ratio, status]);
  const levels: readonly Level[] = rule.levels;
  const [ratio, status] = fields as [DecimalText, string];
  const before = levels.findIndex(({ name }) => name === last?.ratioLevel);
  const byRatio = indexOf(ratio, levels, before, hysteresis);
  const byStatus = levels.findIndex(({ statuses }) => statuses.includes(status));
  const worse = Math.max(byRatio, byStatus);
  const nameOf = (index: number) => (levels[index] as Level).name;
  return {
    level: nameOf(worse),
    isAlarm: worse > 0 || byStatus < 0,
    ratioLevel: nameOf(byRatio),
    ratio,
    status,
    next: stepBelow(ratio, levels, byRatio),
  };
}

/** The level of a ratio. One that is better than before counts only from some way above its threshold. */
function indexOf(ratio: DecimalText, levels: readonly Level[], before: number, hysteresis: DecimalText) {
  return levels.findIndex(({ above }, index) => {
    if (above === undefined) return true;
    return cmp(ratio, index < before ? add(above, hysteresis) : above) > 0;
  });
}

function stepBelow(ratio: DecimalText, levels: readonly Level[], index: number): RiskStep | undefined {
  const at = levels[index]?.above;
  const below = levels[index + 1];
  if (at === undefined || !below) return undefined;
  const distance = sub(ratio, at);
  return { level: below.name, at, distance, share: div(distance, ratio, 8) };
}

/** How far the price is from that of liquidation. */
export interface LiquidationDistance {
  /** By how much the price has to move against the position; negative when it is beyond. */
  distance: DecimalText;
  /** The same as a share of the mark price, with 8 places. */
  share: DecimalText;
}

/**
 * Tells how far a position is from liquidation; undefined where nothing is held, or where there is no price of liquidation.
 *
 * @throws {BinanceError} INVALID_ARGUMENT for what is no such position.
 * @example
 * const positions = await binance.getCmPositionRisk();
 * const [first] = positions.map((position) => liquidationDistance(position)?.share);
 */
export function liquidationDistance(position: LiquidatedPosition): LiquidationDistance | undefined {
  const { fields } = ruleFor("position", liquidations, position, ({ amount, price, at }) => [
    amount,
    price,
    at,
  ]);
  const [amount, price, at] = fields as [DecimalText, DecimalText, DecimalText];
  const side = cmp(amount, "0");
  if (side === 0 || cmp(at, "0") <= 0 || cmp(price, "0") <= 0) return undefined;
  const distance = side > 0 ? sub(price, at) : sub(at, price);
  return { distance, share: div(distance, price, 8) };
}

/** The rule whose fields this object has, and what they hold. */
function ruleFor<Rule>(
  name: string,
  rules: readonly Rule[],
  value: object,
  namesOf: (rule: Rule) => readonly string[],
): { rule: Rule; fields: string[] } {
  const own = ownProperties(value) ?? {};
  const rule = rules.find((rule) => namesOf(rule).every((field) => typeof own[field] === "string"));
  if (!rule) {
    const expected = rules.map((rule) => namesOf(rule).join(", ")).join("; or ");
    throw mustBe(`\`${name}\``, `an object with the fields ${expected}, as text`, value);
  }
  return { rule, fields: namesOf(rule).map((field) => own[field] as string) };
}
