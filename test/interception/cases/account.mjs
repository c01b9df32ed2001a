import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createClient } from "binance-accounts";

const document = JSON.parse(
  readFileSync(createRequire(import.meta.url).resolve("binance-accounts/openapi.json"), "utf8"),
);
const { examples } = document.paths["/papi/v1/um/account"].get.responses[200].content["application/json"];
const [example] = Object.values(examples);

/** A body that the document allows, with a mark that says who sent it. */
export const bodyFrom = (sender) => ({
  ...(example.value ?? document.components.examples[example.$ref.split("/").at(-1)].value),
  sender,
});

export const client = (options = {}) =>
  createClient({ apiKey: "not-a-key", secret: "not-a-secret", retry: { attempts: 1 }, ...options });

/** Who answered, or why nobody did. */
export const askedWho = (binance, callOptions) =>
  binance.getUmAccount({}, callOptions).then(
    ({ sender }) => sender,
    (error) => `${error.name} ${error.code}: ${error.message}`,
  );
