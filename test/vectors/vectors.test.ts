import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createSigner } from "../../src/signing/keys.js";
import { hasOpenssl, opensslSign } from "../support/openssl.js";

const read = <T>(file: string): T[] => JSON.parse(readFileSync(new URL(file, import.meta.url), "utf8"));

interface Vector {
  name: string;
  secret?: string;
  privateKey?: string;
  payload: string;
  signature: string;
}

const verifying = read<Vector>("binance.json");
const own = read<Vector>("own.json");

test.each([...verifying, ...own])("signs the vector: $name", async ({ payload, signature, ...key }) => {
  const { secret, privateKey } = key;
  expect(await createSigner({ secret, privateKey })(payload)).toBe(signature);
});

test.skipIf(!hasOpenssl).each(own)(
  "openssl signs our own vector alike: $name",
  ({ name, secret, privateKey, payload, signature }) => {
    const kind = secret ? "HMAC" : name.startsWith("RSA") ? "RSA" : "Ed25519";
    expect(
      opensslSign(
        { kind, client: { apiKey: "x", secret, privateKey } as never, mock: { apiKey: "x", publicKey: "" } },
        payload,
      ),
    ).toBe(signature);
  },
);

interface NotVerifying {
  name: string;
  why: string;
  secret: string;
  payload: string;
  printed: string;
  signedInstead: string;
  right: string;
}

describe.each(read<NotVerifying>("not-verifying.json"))(
  "$name do not verify",
  ({ secret, payload, printed, signedInstead, right, why }) => {
    const sign = createSigner({ secret });
    test("the payload signs to something else than is printed", async () => {
      expect(await sign(payload)).toBe(right);
      expect(right).not.toBe(printed);
    });
    test(why, async () => expect(await sign(signedInstead)).toBe(printed));
  },
);
