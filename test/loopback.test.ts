import { describe, expect, it } from "vitest";
import { isLoopback } from "../src/loopback.js";

describe("this machine", () => {
  it.each(["localhost", "binance.localhost", "127.0.0.1", "127.8.9.10", "::1", "[::1]"])("is %s", (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  it.each([
    ...["", "localhost.example", "notlocalhost", ".localhost", "127.0.0.1.example", "127.0.0", "1127.0.0.1"],
    ...["0.0.0.0", "::", "10.0.0.1", "[::1", "::1]", "[::2]", "127.0.0.1\n", "evil.example#localhost"],
  ])("is not %j", (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});
