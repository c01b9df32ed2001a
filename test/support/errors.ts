import { expect } from "vitest";
import { BinanceError } from "../../src/index.js";

/** The BinanceError that something throws or rejects with; the test fails when there is none. */
export async function errorOf(action: () => unknown): Promise<BinanceError> {
  const outcome = await Promise.resolve()
    .then(action)
    .then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
  expect(outcome).toHaveProperty("error");
  const { error } = outcome as { error: unknown };
  expect(error).toBeInstanceOf(BinanceError);
  return error as BinanceError;
}
