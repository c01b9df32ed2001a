import { inspect } from "node:util";
import { expect, test } from "vitest";
import { safeCause, scrub } from "../src/redact.js";

test("a cause keeps name, code and system call, all the way down, and nothing of what was said", () => {
  const inner = Object.assign(new Error("connect ECONNREFUSED https://secret"), {
    code: "ECONNREFUSED",
    syscall: "connect",
    address: "secret",
  });
  const cause = safeCause(
    Object.assign(new TypeError("fetch of secret failed", { cause: inner }), {
      config: { headers: "secret" },
    }),
  );
  expect([cause?.name, cause?.message, (cause?.cause as Error)?.message]).toEqual([
    "TypeError",
    "",
    "ECONNREFUSED connect",
  ]);
  expect((cause?.cause as { code?: string } | undefined)?.code).toBe("ECONNREFUSED");
  expect(cause).not.toHaveProperty("code");
  expect(inspect(cause, { depth: 20, showHidden: true })).not.toContain("secret");
  expect(cause?.stack).toBe("TypeError: ");
});

test.each([undefined, null, "secret", 7, () => {}])("%s is no cause to keep", (value) =>
  expect(safeCause(value)).toBeUndefined(),
);

test("names and codes that are no words are dropped", () => {
  const cause = safeCause({ name: "signature=abc", code: "E SECRET", syscall: "x".repeat(51) });
  expect([cause?.name, cause?.message]).toEqual(["Error", ""]);
  expect(safeCause({ name: 5, code: 6 })?.name).toBe("Error");
  expect(safeCause({ name: "x".repeat(50) })?.name).toBe("x".repeat(50));
});

test("a cause that throws when it is read, or that is its own cause, is survived", () => {
  const trap = Object.defineProperty({}, "code", { get: () => { throw new Error("secret"); } }); // biome-ignore format: one line
  expect(safeCause(trap)?.message).toBe("");
  const circle: { cause?: unknown } = {};
  circle.cause = circle;
  let depth = 0;
  for (let cause: unknown = safeCause(circle); cause; cause = (cause as Error).cause) depth += 1;
  expect(depth).toBe(5);
});

test("secrets are taken out of a text wherever they stand", () => {
  expect(scrub("a KEY b KEY c SIG", ["KEY", "SIG", ""])).toBe("a [redacted] b [redacted] c [redacted]");
});
