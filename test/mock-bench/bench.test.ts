import { expect, test } from "vitest";
import { startMock } from "../../src/mock/index.js";
import { startBarePrism } from "../support/prism.js";
import { checks } from "./checks.js";
import { load, type Target } from "./load.js";

const limits = { papi: 1e12, dapi: 1e12 };

async function startTarget(): Promise<Target & AsyncDisposable> {
  const { url, apiKey, secret = "", close } = await startMock({ limits });
  return { url, apiKey, secret, [Symbol.asyncDispose]: close };
}

// The others open thousands of connections or take many seconds: npm run mock:bench.
test.each(["64 accounts at once", "headers of 16 KB, and of 1 MB"])("the mock survives %s", async (name) => {
  await using target = await startTarget();
  await expect(checks[name]?.(target)).resolves.toMatch(/each its own|it goes on/);
});

test("the load is answered by the mock and by bare Prism, and what is refused is not counted", async () => {
  await using target = await startTarget();
  await using prism = await startBarePrism();
  expect(await load(target, 4, 50)).toBeGreaterThan(0);
  expect(await load({ ...target, url: prism.url }, 4, 50)).toBeGreaterThan(0);
  await expect(load({ ...target, secret: "another" }, 4, 50)).rejects.toThrow(/-1022/);
});
