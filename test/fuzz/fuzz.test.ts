import fc from "fast-check";
import { expect, test } from "vitest";
import { watchPrototypes } from "./promises.js";
import { targets } from "./targets.js";

test.each(Object.entries(targets))("%s: a first hundred broken inputs are survived", async (_name, make) => {
  const target = await make();
  const unchanged = watchPrototypes();
  try {
    await fc.assert(
      fc.asyncProperty(target.inputs, async (input) => {
        await target.read(input as never);
        unchanged();
      }),
      { numRuns: 100 },
    );
  } finally {
    await target.close?.();
  }
});

test("a changed prototype is noticed", () => {
  const unchanged = watchPrototypes();
  unchanged();
  Object.defineProperty(Object.prototype, "added", { value: 1, configurable: true });
  try {
    expect(unchanged).toThrow("an input changes no prototype");
  } finally {
    delete (Object.prototype as { added?: number }).added;
  }
});
