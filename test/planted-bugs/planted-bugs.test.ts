import { describe, expect, test } from "vitest";
import { bugs } from "./bugs/index.js";
import { tryBug } from "./try.js";

describe.concurrent.each(Object.entries(bugs))("our mock catches: %s", (_area, list) => {
  test.each(list)("$name", async (bug) => {
    expect(await tryBug(bug, "ours")).toMatchObject({ caught: true });
  });
});

// The other half of the comparison: what bare Prism has is used, and what it lacks is not invented.
test.each([
  ["sends no signature", true],
  ["repeats a 503 for ever", true],
  ["clamps Retry-After to one second", true],
  ["adds amounts as floats", true],
  ["signs nothing", false],
  ["timestamp in seconds", false],
  ["follows a redirect with the key", false],
])("bare Prism and a client that %s: caught %s", async (name, caught) => {
  const bug = Object.values(bugs)
    .flat()
    .find((other) => other.name === name);
  expect(bug && (await tryBug(bug, "prism"))).toMatchObject({ caught });
});
