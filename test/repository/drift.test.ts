import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { examples } from "../support/document.js";
import { runModule, temporaryFolder } from "../support/process.js";

const um = examples.find(({ operationId }) => operationId === "getUmAccount")?.value as {
  assets: object[];
  positions: object[];
};

async function drift(file: string, content: unknown) {
  await using folder = await temporaryFolder();
  const path = join(folder.path, file);
  await writeFile(path, JSON.stringify(content));
  return await runModule("tsx/dist/cli.mjs", ["scripts/drift.ts", path]);
}

const changed = {
  ...um,
  positions: um.positions.map((row) => ({
    ...row,
    leverage: 20,
    adlRank: 3,
    newPrice: "1234.5",
    newTime: 1,
  })),
};

test("what responses have that the document does not is printed as lines for the path file, without values", async () => {
  const { code, stdout } = await drift("recorded.json", { getUmAccount: changed });
  expect(code).toBe(1);
  expect(stdout).toBe(`--- openapi/paths/papi_v1_um_account.yaml
+++ openapi/paths/papi_v1_um_account.yaml, as 1 responses of getUmAccount have it
@@ positions[] @@
+adlRank:
+  type: integer
+  description: ""
@@ positions[] @@
+newPrice:
+  $ref: ../components/schemas/Decimal.yaml
+  description: ""
@@ positions[] @@
+newTime:
+  $ref: ../components/schemas/TimestampMs.yaml
+  description: ""
! positions[].leverage must be a decimal as text; received a number
`);
  expect(stdout).not.toContain("1234.5");
});

test("a HAR is held against the document, response by response", async () => {
  const entry = (url: string, body: unknown, status = 200) => ({
    request: { method: "GET", url },
    response: { status, content: { text: JSON.stringify(body) } },
  });
  const url = "https://papi.binance.com/papi/v1/um/account?timestamp=1&signature=x";
  const entries = [entry(url, um), entry(url, { code: -1 }, 400), entry("https://elsewhere.test/", {})];
  expect(await drift("traffic.har", { log: { entries } })).toMatchObject({
    code: 0,
    stdout: "getUmAccount: as documented (1 responses)\n",
  });
});

test("a file without responses of ours is named", async () => {
  const { code, stderr } = await drift("other.json", { hello: 1 });
  expect([code, stderr]).toEqual([
    2,
    expect.stringMatching(/must hold responses of getPortfolioAccount, .*; it holds none\.\n$/),
  ]);
});
