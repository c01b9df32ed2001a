import { expect, test } from "vitest";
import { backoff, RetryBudget } from "../src/retry.js";

test("a pause is a random part of one that doubles up to the longest", () => {
  const options = { attempts: 9, baseDelay: 100, maxDelay: 1000 };
  expect([1, 2, 3, 4, 5, 9].map((attempt) => backoff(attempt, options, () => 1))).toEqual([
    100, 200, 400, 800, 1000, 1000,
  ]);
  expect(backoff(3, options, () => 0.25)).toBe(100);
});

test("ten repetitions, and five good answers make good for each, up to ten", () => {
  const budget = new RetryBudget();
  const spend = () => {
    let spent = 0;
    while (budget.take()) spent += 1;
    return spent;
  };
  expect(spend()).toBe(10);
  for (let answers = 0; answers < 4; answers++) budget.refill();
  expect(spend()).toBe(0);
  budget.refill();
  expect(spend()).toBe(1);
  for (let answers = 0; answers < 500; answers++) budget.refill();
  expect(spend()).toBe(10);
});
