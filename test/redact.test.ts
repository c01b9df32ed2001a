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

test.each<[text: string, secrets: string[], clean: string]>([
  [
    "Invalid API-key, IP, or permissions for action",
    ["key"],
    "Invalid API-key, IP, or permissions for action",
  ],
  ["a banana, an account", ["a"], "[redacted] banana, an account"],
  ["apikeys key_1 my-key keys", ["key"], "apikeys key_1 my-key keys"],
  [
    '?apiKey=key&k=1 "key" (key) key.',
    ["key"],
    '?apiKey=[redacted]&k=1 "[redacted]" ([redacted]) [redacted].',
  ],
  ["c++ and c+", ["c+"], "[redacted]+ and [redacted]"],
  ["$1 $&", ["$1"], "[redacted] $&"],
])("a short secret is taken out as a whole value only: %s without %j", (text, secrets, clean) =>
  expect(scrub(text, secrets)).toBe(clean),
);

test("a secret as long as a real one is taken out even inside a word", () => {
  const secret = "0123456789abcdef";
  expect(scrub(`signature%3D${secret}x`, [secret])).toBe("signature%3D[redacted]x");
});

test.each([
  ["Invalid API-key, IP, or permissions for action, request ip: 203.0.113.7"],
  ["Way too many requests; IP(198.51.100.255) banned until 1659146400000."],
  ["request ip:192.0.2.1,"],
  ["request ip: 2001:db8::1."],
  ["request ip:2001:db8:0:1:2:3:4:5"],
  ["IP(2001:0db8:0000:0000:0000:ff00:0042:8329)"],
  ["from ::ffff:203.0.113.7"],
  ["from [::1]:8080"],
])("the caller's address is taken out of a text: %s", (text) => {
  const clean = scrub(text, []);
  expect(clean).toContain("[redacted]");
  expect(clean).not.toMatch(/\d\.\d|db8|::|203/);
  expect(clean).toContain(text.slice(0, 3));
});

test.each([
  ["Timestamp for this request was 1000ms ahead of the server's time at 10:13:40."],
  ["banned until 1659146400000"],
  ["BTCUSD_201225 at 11707.70000003, 0.00241969"],
  ["version 1.2.3 or 1.2.3.4.5, 999.1.1.1"],
  ["std::vector, a ratio of 3:1 :: x"],
])("what is no address stays: %s", (text) => expect(scrub(text, [])).toBe(text));
