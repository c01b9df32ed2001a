import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readCredentials } from "../../src/cli/credentials.js";
import { ed25519Key } from "../support/keys.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "credentials-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

describe("credentials of the environment", () => {
  test("are undefined when none are set, or empty", async () => {
    expect(await readCredentials({})).toBeUndefined();
    expect(await readCredentials({ BINANCE_API_KEY: "", BINANCE_API_SECRET: "" })).toBeUndefined();
  });

  test.each(["BINANCE_API_SECRET", "BINANCE_SECRET_KEY"])("take the secret of %s", async (name) =>
    expect(await readCredentials({ BINANCE_API_KEY: "k", [name]: "s" })).toEqual({
      credentials: { apiKey: "k", secret: "s" },
      variables: { "`apiKey`": "BINANCE_API_KEY", "`secret`": name },
    }),
  );

  test("take key and secret of files, without the white space at their end", async () => {
    const env = {
      BINANCE_API_KEY_FILE: await file("key", "k-of-a-file\n"),
      BINANCE_API_SECRET_FILE: await file("secret", "s-of-a-file \r\n\n"),
    };
    expect((await readCredentials(env))?.credentials).toEqual({
      apiKey: "k-of-a-file",
      secret: "s-of-a-file",
    });
  });

  test.each([
    ["UTF-8 with a byte order mark", (text: string) => Buffer.from(`\ufeff${text}`)],
    ["UTF-16, as PowerShell writes it", (text: string) => Buffer.from(`\ufeff${text}\r\n`, "utf16le")],
    ["UTF-16, big end first", (text: string) => Buffer.from(`\ufeff${text}`, "utf16le").swap16()],
  ])("read files in %s", async (name, encode) => {
    const { client } = ed25519Key();
    const pem = await readCredentials({
      BINANCE_API_KEY: "k",
      BINANCE_PRIVATE_KEY_FILE: await file(`${name}.pem`, encode(String(client.privateKey))),
    });
    expect(String(pem?.credentials.privateKey).trimEnd()).toBe(String(client.privateKey).trimEnd());
    const secret = await file(name, encode("s"));
    const hmac = await readCredentials({ BINANCE_API_KEY: "k", BINANCE_API_SECRET_FILE: secret });
    expect(hmac?.credentials.secret).toBe("s");
  });

  test("are one when two variables agree", async () =>
    expect(
      (await readCredentials({ BINANCE_API_KEY: "k", BINANCE_API_SECRET: "s", BINANCE_SECRET_KEY: "s" }))
        ?.credentials,
    ).toEqual({ apiKey: "k", secret: "s" }));

  test.each<[message: string, env: Record<string, string>]>([
    ["BINANCE_API_SECRET is set, but BINANCE_API_KEY is not.", { BINANCE_API_SECRET: "s" }],
    ["BINANCE_SECRET_KEY is set, but BINANCE_API_KEY is not.", { BINANCE_SECRET_KEY: "s" }],
    ["BINANCE_API_SECRET_FILE is set, but BINANCE_API_KEY is not.", { BINANCE_API_SECRET_FILE: "s" }],
    ["BINANCE_PRIVATE_KEY_FILE is set, but BINANCE_API_KEY is not.", { BINANCE_PRIVATE_KEY_FILE: "s" }],
    [
      "BINANCE_API_KEY is set, but neither BINANCE_API_SECRET nor BINANCE_PRIVATE_KEY_FILE is.",
      { BINANCE_API_KEY: "k" },
    ],
    [
      "Expected one of BINANCE_API_SECRET and BINANCE_SECRET_KEY; received both.",
      { BINANCE_API_KEY: "k", BINANCE_API_SECRET: "s", BINANCE_SECRET_KEY: "t" },
    ],
    [
      "Expected one of BINANCE_API_KEY and BINANCE_API_KEY_FILE; received both.",
      { BINANCE_API_KEY: "k", BINANCE_API_KEY_FILE: "f", BINANCE_API_SECRET: "s" },
    ],
    [
      "Expected either BINANCE_API_SECRET_FILE (an HMAC key) or BINANCE_PRIVATE_KEY_FILE (an RSA or Ed25519 key); received both.",
      { BINANCE_API_KEY: "k", BINANCE_API_SECRET_FILE: "s", BINANCE_PRIVATE_KEY_FILE: "f" },
    ],
  ])("%s", async (message, env) => {
    await expect(readCredentials(env)).rejects.toThrow(message);
  });

  test.each([
    ["no-such.pem", ""],
    ["~/k.pem", " Only a shell replaces ~ by the home folder: write it out."],
    ['"k.pem"', " Leave the quotation marks out."],
    ["file:///k.pem", " Write a path, not a URL."],
  ])("a file %s that cannot be read is named by the path that was tried", async (path, hint) => {
    for (const name of ["BINANCE_PRIVATE_KEY_FILE", "BINANCE_API_SECRET_FILE"])
      await expect(readCredentials({ BINANCE_API_KEY: "k", [name]: path })).rejects.toThrow(
        `${name} must be the path of a readable file; ${resolve(path)} cannot be read (ENOENT).${hint}`,
      );
  });

  test("a folder is no file", async () =>
    expect(readCredentials({ BINANCE_API_KEY_FILE: folder, BINANCE_API_SECRET: "s" })).rejects.toThrow(
      `${folder} cannot be read (EISDIR).`,
    ));
});
