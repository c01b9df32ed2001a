import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);

/** A module of which nothing may be called: whoever does is told by its name. */
const throwing = (name: string) => `
const absent = (name) => new Proxy(function () {}, {
  get: (_, key) => (typeof key === "symbol" || key === "__esModule" ? undefined : absent(name + "." + key)),
  apply() { throw new Error(name + " is left out of the mock's copy of Prism."); },
  construct() { throw new Error(name + " is left out of the mock's copy of Prism."); },
});
module.exports = absent(${JSON.stringify(name)});`;

/** Of lodash only the functions that Prism's files name: the whole is half a megabyte. */
function lodash(): string {
  const folders = ["prism-http", "prism-core", "json-schema-sampler"].map((name) =>
    dirname(require.resolve(`@stoplight/${name}/package.json`)),
  );
  const names = folders
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".js") && !file.includes("node_modules"))
        .map((file) => readFileSync(join(folder, file), "utf8")),
    )
    .filter((text) => /require\(["']lodash["']\)/.test(text))
    .flatMap((text) => [...text.matchAll(/\blodash(?:_\d+)?\.(\w+)/g)].map(([, name]) => name));
  const getters = [...new Set(names)]
    .sort()
    .map((name) => `get ${name}() { return require("lodash/${name}"); }`);
  return `module.exports = { ${getters.join(", ")} };`;
}

// Colours in log lines that nobody reads: each function gives its text back.
const plainChalk = `
const plain = (text) => String(text);
module.exports = new Proxy(plain, { get: (_, key) => (key === "__esModule" ? undefined : module.exports) });`;

// Prism makes an instance for each draft when it is loaded; http-spec writes draft 7 only, so these validate nothing.
const otherDrafts = (name: string) => `
module.exports = class {
  opts = { code: {} };
  formats = {};
  addFormat() { return this; }
  addKeyword() { return this; }
  addVocabulary() { return this; }
  compile() { throw new Error(${JSON.stringify(`${name} is left out of the mock's copy of Prism.`)}); }
};
module.exports.default = module.exports;`;

// Prism makes a template for each request, which compiles a function; the paths of a document are few.
const rememberedTemplates = `
const { URI } = require("uri-template-lite");
const made = new Map();
function Template(text) {
  if (!made.has(text)) made.set(text, new URI.Template(text));
  return made.get(text);
}
module.exports = { URI: { ...URI, Template } };`;

// Prism's steps are chained by `dual`, which copies its arguments by Array.from in each: a sixth of the time of a request.
const quickSteps = `
const dual = (arity, body) => {
  const isDataFirst = typeof arity === "number" ? (given) => given.length >= arity : arity;
  return function (...given) {
    return isDataFirst(given) ? body.apply(this, given) : (self) => body(self, ...given);
  };
};
module.exports = { ...require("fp-ts/lib/function"), dual };`;

// The text of each request and response is made for a log that the mock does not keep; what Prism decides is still logged.
const withoutTexts = `
const nothing = () => {};
const { violationLogger } = require("@stoplight/prism-http/dist/utils/logger");
module.exports = { violationLogger, logRequest: nothing, logResponse: nothing, logHeaders: nothing, logBody: nothing };`;

/** What stands in the place of a module, by its name, or by its path from `node_modules/@stoplight/`. */
export const stubs: Record<string, string> = {
  lodash: lodash(),
  // One function of the half megabyte: a copy with one field set.
  "lodash/fp": "module.exports = { set: ([name], value, object) => ({ ...object, [name]: value }) };",
  chalk: plainChalk,
  "uri-template-lite": rememberedTemplates,
  "prism-http/dist/utils/logger": withoutTexts,
  "fp-ts/function": quickSteps,
  "fp-ts/lib/function": quickSteps,
  // Both are called once when they are loaded.
  "json-schema-faker": `${throwing("json-schema-faker")}
module.exports = { JSONSchemaFaker: { extend() {}, option() {}, generate: module.exports.generate } };`,
  "ajv/dist/2019": otherDrafts("ajv/dist/2019"),
  "ajv/dist/2020": otherDrafts("ajv/dist/2020"),
  ...Object.fromEntries(
    [
      ...["@faker-js/faker", "seedrandom", "pino", "mime-types", "parse-multipart-data", "node-fetch"],
      ...["@stoplight/json-schema-merge-allof", "http-proxy-agent", "https-proxy-agent"],
      ...["prism-http/dist/instanceWithSpec", "prism-http/dist/utils/operations"],
      ...["prism-http/dist/mocker/callback/callbacks"],
    ].map((name) => [name, throwing(name)]),
  ),
};
