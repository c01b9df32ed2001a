import { expect, test } from "vitest";
import { didYouMean } from "../../src/cli/suggest.js";

const names = [
  "overview",
  "call",
  "mock",
  "getUmAccount",
  "getCmAccount",
  "getPortfolioAccount",
  "CLOCK_SKEW",
];

test.each([
  ["overveiw", "overview"],
  ["ovrview", "overview"],
  ["overviews", "overview"],
  ["over", "overview"],
  ["cal", "call"],
  ["mcok", "mock"],
  ["getumaccount", "getUmAccount"],
  ["getUMAcount", "getUmAccount"],
  ["getPortfolio", "getPortfolioAccount"],
  ["clock-skew", "CLOCK_SKEW"],
  ["getAccount", "getUmAccount or getCmAccount"],
])("%s is near %s", (word, meant) => expect(didYouMean(word, names)).toBe(` Did you mean ${meant}?`));

test.each(["balance", "x", "", "getOrders", "kk"])("%j is near nothing", (word) =>
  expect(didYouMean(word, names)).toBe(""),
);
