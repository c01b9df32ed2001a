import { operations } from "../../generated/operations.js";
import { operationOf, type Parameter, parametersOf } from "../document.js";
import { operationIds } from "../operations.js";
import type { OperationId } from "../types.js";
import type { Io } from "./io.js";
import { flagOf } from "./parameters.js";
import { layoutLines, layoutTerms, wrapText } from "./table.js";

type Terms = readonly (readonly [name: string, text: string])[];

/** Columns of a help text: those of the terminal, as far as they can be read with ease. */
export const widthOf = ({ isTTY, columns }: Io["stdout"]): number =>
  isTTY ? Math.min(columns ?? 80, 100) : 80;

export const generalHelp = (width: number): string =>
  page(
    width,
    "Balances, margin and positions of a Binance account. Reads only; places no orders.",
    [
      ["overview", "[--or-mock]", "[--all]", "[--json]", "[--timeout <time>]"],
      ["call <operation>", "[--<parameter> <value>]...", "[--or-mock]", "[--all]", "[--json]"],
      ["watch", "[--every <time>]", "[--alert <rule>]...", "[--json]", "[--metrics-port <number>]", "[...]"],
      ["check", "[--alert <rule>]...", "[--json]"],
      ["record", "[--out <file>]", "[--overwrite]", "[--keep-amounts]", "[--timeout <time>]"],
      ["mock", "[--port <number>]", "[--scenario <name>]", "[...]"],
      ["explain <code>", "[--lang <language>]"],
      ["<command> --help"],
      ["--version"],
    ],
    {
      Commands: [
        ["overview", "every account at a glance: health, assets and positions"],
        ["call", "one operation"],
        ["watch", "looks again and again: a dashboard on a terminal, lines or metrics for programs"],
        ["check", "looks once; the exit code says whether the account is healthy"],
        ["record", "writes the responses to a file that the mock serves, without the real amounts"],
        ["mock", "an exchange on this machine, for tests"],
        ["explain", "what an error means and what to do, in English or Chinese, without a network"],
      ],
    },
    `Operations\n${operationLines(width, (id) => [id, operationOf(id).summary, `weight ${operations[id].weight}`])}`,
    section(width, "Environment", environment),
    section(width, "Exit codes", [
      ["0", "done; also when a part does not exist for this kind of account"],
      ["1", "a call failed, or the output could not be written"],
      ["2", "called wrongly, or no usable key"],
      ["3", "an alert of watch or check holds"],
    ]),
  );

const environment: Terms = [
  ["BINANCE_API_KEY", "the API key"],
  ["BINANCE_API_KEY_FILE", "path of a file that holds it"],
  ["BINANCE_API_SECRET", "its secret, for an HMAC key; BINANCE_SECRET_KEY is taken, too"],
  ["BINANCE_API_SECRET_FILE", "path of a file that holds it, such as a secret of Docker or Kubernetes"],
  ["BINANCE_PRIVATE_KEY_FILE", "path of its private key, for an RSA or Ed25519 key"],
  ["BINANCE_PRIVATE_KEY_PASSPHRASE", "opens that file when it is encrypted"],
  ["BINANCE_BASE_URL", "another address, such as that of a mock"],
  ["BINANCE_ALLOW_HTTP", "1 allows http to a mock on another machine"],
  ["NO_COLOR", "no colour, also on a terminal"],
  ["FORCE_COLOR", "colour, also where there is no terminal"],
];

const orMock = ["--or-mock", "without a key in the environment, use a mock with example numbers"] as const;
const all = ["--all", "also show fields and rows that are left out as uninteresting"] as const;
const timeout = ["--timeout <time>", "longest time of a call, such as 500 (ms) or 2s; default 10s"] as const;
const help = ["--help", "print this"] as const;

export const overviewHelp = (width: number): string =>
  page(
    width,
    "Shows health, assets and positions of every account, as tables. An account is either classic or in Portfolio Margin: the part that it does not have is named, and is no failure.",
    [["overview", "[--or-mock]", "[--all]", "[--json]", "[--timeout <time>]"]],
    {
      Options: [
        orMock,
        all,
        ["--json", "print the responses as JSON, by operation, and what failed under `errors`"],
        timeout,
        help,
      ],
    },
  );

const rule = [
  "--alert <rule>",
  'a rule such as "uniMMR<1.5", "accountStatus!=NORMAL", "toLiquidation<10" (percent) or "age>60" (seconds); may be repeated',
] as const;

export const watchHelp = (width: number): string =>
  page(
    width,
    "Looks at every operation again and again: on a terminal a dashboard, elsewhere a line per change. Slows down before the weight of the minute is spent. Failures that may pass are passed over.",
    [
      [
        "watch",
        ...[
          "[--every <time>]",
          "[--count <number>]",
          "[--json]",
          "[--alert <rule>]...",
          "[--exec <command>]",
        ],
        ...["[--webhook <url>]", "[--metrics-port <number>]", "[--or-mock]"],
      ],
    ],
    {
      Options: [
        ["--every <time>", "from look to look, such as 500 (ms) or 2s; default 5s"],
        ["--count <number>", "end after so many looks at each operation"],
        ["--json", "print a line of JSON per change, error and alert"],
        rule,
        [
          "--exec <command>",
          "run it when a rule begins to hold: with BINANCE_ALERT_RULE, BINANCE_ALERT_VALUE and BINANCE_ALERT_AT, and without your key",
        ],
        ["--webhook <url>", "post rule, value and time as JSON then; https, or http on this machine"],
        [
          "--metrics-port <number>",
          "serve metrics for Prometheus at /metrics of 127.0.0.1; 0 takes a free port",
        ],
        ["--metrics-host <address>", "the address to serve them at; whoever reaches it reads your amounts"],
        orMock,
        timeout,
        help,
      ],
    },
    wrapText(
      "A rule that holds tells once. It is ready again when the value has come back by 2 % of the limit. What could not be handed over is tried again every 10 s.",
      width,
    ),
  );

export const checkHelp = (width: number): string =>
  page(
    width,
    "Looks once, prints one line, and ends with 0 for a healthy account, 3 where a rule holds, and 1 where a call failed. Without a rule, an account is healthy while its level and status are normal.",
    [["check", "[--alert <rule>]...", "[--json]", "[--or-mock]", "[--timeout <time>]"]],
    { Options: [rule, ["--json", "print the result as one line of JSON"], orMock, timeout, help] },
  );

export const mockHelp = (scenarios: readonly string[], width = 80): string =>
  page(
    width,
    "Starts an exchange on this machine that refuses what Binance refuses and breaks the way Binance breaks.",
    [["mock", "[options]"]],
    {
      Options: [
        ["--port <number>", "port to listen on; 0, the default, takes a free one"],
        ["--scenario <name>", `account to begin with: ${scenarios.join(", ")}`],
        ["--state <file>", "JSON: changes to that account, or what `record` wrote"],
        [
          "--faults <file>",
          'JSON: a list of faults, such as [{ "fault": "delay", "ms": 500, "probability": 0.1 }]',
        ],
        ["--seed <number>", "decides what probability leaves open"],
        ["--limits <list>", "weight per minute, such as papi=100,dapi=50"],
        ["--patience <number>", "refused requests before a ban, default 10"],
        ["--share-limits", "count weight per address for all keys together, as Binance does"],
        [
          "--api-key <text>",
          "accept this API key instead of a throw-away one, with its secret in BINANCE_MOCK_API_SECRET,",
        ],
        ["--public-key <file>", "or with the public half of its RSA or Ed25519 key, as PEM"],
        [
          "--tls",
          "serve https with a certificate made for this run; its authority is in the printed environment",
        ],
        [
          "--tls-names <list>",
          "names that this certificate has besides localhost, such as that of a container",
        ],
        [
          "--tls-ca <file>",
          "write its authority there, for other containers, instead of to a temporary file",
        ],
        ["--tls-cert <file>", "serve https with this certificate, as PEM,"],
        ["--tls-key <file>", "and its private key"],
        ["--host <address>", "address to listen on, default 127.0.0.1"],
        ["--allow-remote", "allow a host that other machines can reach: they can control the mock"],
        ["--allow-origin <list>", "web origins whose pages may call it; those of this machine always may"],
        ["--exit-with-parent", "end when the program that started it has ended, even if that was killed"],
        ["--quiet", "do not list requests"],
        help,
      ],
    },
    wrapText(
      "Each option can also be set in the environment: BINANCE_MOCK_PORT, BINANCE_MOCK_ALLOW_REMOTE=1, and so on.\nWhile it runs, GET /__mock lists what you can ask of it: state, faults, journal, clock, limits, rules. GET /__mock/openapi.json describes that as OpenAPI.",
      width,
    ),
  );

export const recordHelp = (width: number): string =>
  page(
    width,
    "Calls every operation with your key and writes the responses to a file that the mock serves.\n\nAmounts are multiplied by one random number, so that the file does not reveal how much you hold; prices, leverages and ratios stay. Fields that the document does not know are left out, and named. Your key, signatures and headers are not written. Each response is checked against the document; an operation that fails, or that this kind of account does not have, is named and left out.",
    [["record", "[--out <file>]", "[--overwrite]", "[--keep-amounts]", "[--timeout <time>]"]],
    {
      Options: [
        ["--out <file>", "the file to write, default recorded.json"],
        ["--overwrite", "replace the file if it exists"],
        ["--keep-amounts", "write the responses as they are, with the real amounts"],
        timeout,
        help,
      ],
    },
  );

export const explainHelp = (width: number, codes: readonly string[]): string =>
  page(
    width,
    "Says what an error means and what to do, without a network.",
    [["explain <code>", "[--lang <language>]"]],
    {
      Arguments: [
        [
          "<code>",
          "a code such as CLOCK_SKEW, Binance's number such as -1021, or an HTTP status such as 429",
        ],
      ],
      Options: [
        [
          "--lang <language>",
          "en or zh-CN; unless given, as LC_ALL, LC_MESSAGES or LANG of the environment say",
        ],
        help,
      ],
    },
    `Codes\n${wrapText(codes.join(", "), width, "  ")}`,
  );

export function callHelp(width: number, id?: OperationId): string {
  const options = {
    Options: [
      orMock,
      all,
      ["--json", "print the response as JSON, or what failed under `error`"],
      timeout,
      help,
    ] as Terms,
  };
  if (!id)
    return page(
      width,
      "Calls one operation and shows its response.",
      [["call <operation>", "[--<parameter> <value>]...", "[options]"], ["call <operation> --help"]],
      options,
      `Operations\n${operationLines(width, (id) => [id, operationOf(id).summary])}`,
    );
  const { summary, description } = operationOf(id);
  const parameters = parametersOf(id);
  const flags = parameters.map((parameter) =>
    parameter.required ? flagOf(parameter) : `[${flagOf(parameter)}]`,
  );
  return page(width, `${summary}\n\n${description.trim()}`, [[`call ${id}`, ...flags, "[options]"]], {
    Parameters: parameters.map((parameter) => [flagOf(parameter), explain(parameter)]),
    ...options,
  });
}

const explain = ({ description, required }: Parameter) =>
  `${required ? "Required. " : ""}${description.trim().replace(/\s*\n\s*/g, " ")}`;

/** What a command does, how it is called, and its flags. */
function page(
  width: number,
  intro: string,
  usages: readonly (readonly string[])[],
  terms: Record<string, Terms>,
  ...more: string[]
): string {
  const sections = Object.entries(terms).map(([title, list]) => section(width, title, list));
  return [
    wrapText(intro, width),
    `Usage\n${usages.map((parts) => usage(parts, width)).join("")}`,
    ...sections,
    ...more,
  ].join("\n");
}

const section = (width: number, title: string, terms: Terms) => `${title}\n${layoutTerms(terms, width)}`;

/** How a command is called, in lines that are broken between flags only. */
function usage([command = "", ...flags]: readonly string[], width: number): string {
  const lines = [`  binance-accounts ${command}`];
  for (const flag of flags) {
    const line = `${lines.at(-1)} ${flag}`;
    if (line.length > width) lines.push(`      ${flag}`);
    else lines[lines.length - 1] = line;
  }
  return `${lines.join("\n")}\n`;
}

const operationLines = (width: number, cells: (id: OperationId) => string[]) => {
  const lines = layoutLines(operationIds.map(cells), "  ");
  const isWide = lines.split("\n").some((line) => line.length > width);
  return isWide
    ? layoutTerms(
        operationIds.map((id) => [id, operationOf(id).summary]),
        width,
      )
    : lines;
};
