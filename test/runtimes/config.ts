import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import type { MockKey } from "../../src/mock/index.js";
import { faults } from "../faults/matrix.js";
import { everyKindOfKey } from "../support/keys.js";

/** What a scenario is told, as JSON. */
export interface Config {
  mockUrl: string;
  controlUrl: string;
  keys: { kind: string; client: object }[];
  pems: Record<string, unknown>;
  faults: object[];
  /** The test's certificate is accepted whatever the server is called, because there is no other way to have it accepted. */
  trustsAnyName: boolean;
}

export function configFor(controlUrl: string): { config: Omit<Config, "mockUrl">; mockKeys: MockKey[] } {
  const keys = everyKindOfKey();
  const rsa = createPrivateKey(String(keys.find(({ kind }) => kind === "RSA")?.client.privateKey));
  const passphrase = "open";
  const pems = {
    passphrase,
    pkcs1: rsa.export({ type: "pkcs1", format: "pem" }),
    encrypted: rsa.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase }),
    public: createPublicKey(rsa).export({ type: "spki", format: "pem" }),
    ec: generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({
      type: "pkcs8",
      format: "pem",
    }),
  };
  const clients = keys.map(({ kind, client }) => ({ kind, client }));
  return {
    config: { controlUrl, keys: clients, pems, faults: rows, trustsAnyName: false },
    mockKeys: keys.map(({ mock }) => mock),
  };
}

/** The matrix of faults without what cannot be sent: functions. A process that is killed would be another one. */
const rows = faults.flatMap(({ behave: _, options = {}, callsBefore = 0, atLeast = 0, ...row }, index) => {
  if (row.listen === "killed") return [];
  const { now, random, baseUrl, ...plain } = options;
  const secure = row.listen === "tls" || row.listen === "unknown" || baseUrl === "https:";
  return [
    { ...row, index, callsBefore, atLeast, secure, options: plain, startsAt: now && Math.floor(now()) },
  ];
});
