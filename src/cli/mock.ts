import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Mock } from "../mock/index.js";
import { mockHelp } from "./help.js";
import { type Io, inWordsOf, UsageError } from "./io.js";
import { flags, fromEnvironment, readOptions, spoken, type Values } from "./mock-flags.js";
import { parentEnded } from "./parent.js";
import { requestLine } from "./request-line.js";
import { untilStopped } from "./stop.js";

/** Runs the mock until SIGINT or SIGTERM. */
export async function mock(args: string[], io: Io): Promise<number> {
  const { values } = parseArgs({ args, options: { ...flags, help: { type: "boolean", short: "h" } } });
  const { startMock } = await import("../mock/index.js");
  const { scenarios } = await import("../mock/account.js");
  if (values.help) {
    io.stdout.write(mockHelp(scenarios));
    return 0;
  }
  const given: Values = { ...fromEnvironment(io.env), ...values };
  const options = await readOptions(given, io.env);
  await using exchange = await inWordsOf(spoken, () => startMock(options));
  using stop = untilStopped();
  const ended = Promise.race([stop.promise, ...(given["exit-with-parent"] ? [parentEnded()] : [])]);
  if (!given.quiet) {
    exchange.journal.onEntry((entry) => io.stderr.write(requestLine(entry, io.stderr)));
  }
  const whose = options.keys ? "the key that you gave" : "a key made for this run";
  io.stderr.write(
    `A mock exchange is ready at ${exchange.url}, with ${whose}. It is not Binance. Ctrl-C ends it.\n`,
  );
  if (given["allow-remote"]) io.stderr.write(remoteAddress(exchange.url));
  await using authority = await authorityFile(exchange.ca, given["tls-ca"]);
  io.stdout.write(environmentOf(exchange, { isOwnKey: options.keys !== undefined, authority }));
  await ended;
  return 0;
}

function remoteAddress(url: string): string {
  const { port, protocol } = new URL(url);
  const way =
    protocol === "https:" ? "" : "; our client there needs BINANCE_ALLOW_HTTP=1 or `allowHttp: true`";
  return `Other machines reach it at ${protocol}//${hostname()}:${port}, other containers by the name of its service${way}.\n`;
}

/** Variables by which Node, OpenSSL (and with it Ruby and PHP), Go, Python's requests and curl find an authority. */
const authorityVariables = ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"];

/** What a client needs to reach the mock. A secret that the user gave is never printed. */
function environmentOf(
  { url, apiKey, secret }: Mock,
  { isOwnKey, authority }: { isOwnKey: boolean; authority: { path: string } | undefined },
): string {
  const variables = [
    ["BINANCE_BASE_URL", url],
    ...(isOwnKey
      ? []
      : [
          ["BINANCE_API_KEY", apiKey],
          ["BINANCE_API_SECRET", secret],
        ]),
    ...(authority ? authorityVariables.map((name) => [name, authority.path]) : []),
  ];
  return variables.map(([name, value]) => `export ${name}=${value}\n`).join("");
}

/** Writes the authority to the file that was named, or to one that is gone when the mock ends. */
async function authorityFile(
  ca: string | undefined,
  file: string | undefined,
): Promise<(AsyncDisposable & { path: string }) | undefined> {
  if (ca === undefined) {
    if (file === undefined) return undefined;
    throw new UsageError(
      "--tls-ca must come with --tls; a certificate of yours has an authority of its own.",
    );
  }
  const folder = file === undefined ? await mkdtemp(join(tmpdir(), "binance-accounts-mock-")) : undefined;
  const path = resolve(folder ? join(folder, "ca.pem") : (file ?? ""));
  await writeFile(path, ca).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`Cannot write ${path}, the file of --tls-ca (${error.code}).`);
  });
  const remove = async () => {
    if (folder) await rm(folder, { recursive: true, force: true });
  };
  return { path, [Symbol.asyncDispose]: remove };
}
