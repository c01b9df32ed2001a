import { describe, expect, test } from "vitest";
import { startMock } from "../../src/mock/index.js";
import { answersOf } from "../support/answers.js";
import { control } from "../support/raw.js";

describe("a state over HTTP", () => {
  test("GET shows, PATCH changes, PUT replaces the state", async () => {
    await using mock = await startMock({ scenario: "hedge" });
    expect((await control(mock.url, "GET", "/state")).body).toEqual(mock.state);
    const changed = await control(mock.url, "PATCH", "/state", { account: { accountStatus: "REDUCE_ONLY" } });
    expect([changed.status, changed.body]).toEqual([200, mock.state]);
    expect((await answersOf(mock)).account.accountStatus).toBe("REDUCE_ONLY");
    expect((await answersOf(mock)).um.positions).toHaveLength(4);
    await control(mock.url, "PUT", "/state", { account: { accountStatus: "SUPPLY_MARGIN" } });
    expect((await answersOf(mock)).account.accountStatus).toBe("SUPPLY_MARGIN");
    expect((await answersOf(mock)).um.positions).toHaveLength(1);
    await control(mock.url, "PUT", "/state", { scenario: "marginCall" });
    expect((await answersOf(mock)).account.accountStatus).toBe("MARGIN_CALL");
  });

  test("a wrong state is refused with the place, and nothing changes", async () => {
    await using mock = await startMock();
    const before = mock.state;
    for (const method of ["PUT", "PATCH"]) {
      const { status, body } = await control(mock.url, method, "/state", {
        um: { positions: [{ symbl: "BTCUSDT" }] },
      });
      expect([status, body.title]).toEqual([
        400,
        expect.stringContaining("unknown field `symbl` in um.positions[0]"),
      ]);
    }
    expect((await control(mock.url, "PUT", "/state", "{")).body.title).toMatch(/^The body must be JSON/);
    expect(mock.state).toEqual(before);
  });
});
