/** Where people's words stand in an OpenAPI document; an example's value is the server's own. */
const wordKeys = new Set(["title", "summary", "description", "x-displayName"]);
const notForPeople = new Set(["value", "example", "default", "enum", "x-overview", "x-levels"]);

/** Every text of a document by its place, such as `/info/title`. */
export function texts(document: object): Map<string, string> {
  const found = new Map<string, string>();
  const visit = (node: unknown, at: string, names: boolean) => {
    if (node === null || typeof node !== "object") return;
    for (const [key, value] of Object.entries(node)) {
      const place = `${at}/${key}`;
      // Below `properties` and the like keys are names: a field may be called "description".
      if (!names && wordKeys.has(key) && typeof value === "string") found.set(place, value);
      else if (names || !notForPeople.has(key)) visit(value, place, !names && holdsNames(key, value));
    }
  };
  visit(document, "", false);
  return found;
}

const mapsOfNames = new Set([
  "properties",
  "paths",
  "schemas",
  "parameters",
  "headers",
  "responses",
  "examples",
  "securitySchemes",
  "content",
]);
const holdsNames = (key: string, value: unknown) => mapsOfNames.has(key) && !Array.isArray(value);

/**
 * What may stand in Latin letters inside a translation: code in backticks, addresses, anything with a digit or with no
 * run of small letters (USD, HMAC-SHA256, COIN-M), names in camelCase, and these names.
 */
const properNames = /\b(?:Key|base64)\b/g;

/** Whether a text that should be Chinese holds a word of English. */
export function untranslated(text: string): boolean {
  const rest = text
    .replace(/`[^`]*`/g, " ")
    .replace(/https?:\/\/[!-~]*/g, " ")
    .replace(/[A-Za-z]*\d[\w.-]*/g, " ")
    .replace(/\b[a-z]+(?:[A-Z][a-z]*)+\b/g, " ")
    .replace(properNames, " ");
  return /[A-Za-z]?[a-z]{2,}/.test(rest);
}
