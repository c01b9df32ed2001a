import { notice, type OpenApiDocument } from "./document.js";

/**
 * The document as Prism reads it, so that nobody has to wait for the reading when a mock starts. Texts for people are left out:
 * Prism decides nothing by them.
 */
export async function prismJson(document: OpenApiDocument): Promise<string> {
  // Loading Prism takes a second, which the other steps need not wait for.
  const { getHttpOperationsFromSpec } = await import("@stoplight/prism-http");
  const operations = await getHttpOperationsFromSpec(structuredClone(document));
  return `${JSON.stringify({ "x-generated": notice, operations: withoutTexts(operations) }, null, 2)}\n`;
}

const forPeople = /^(?:description|summary|externalDocs|tags|extensions|title|x-.*)$/;

/** Drops texts at places where they are texts: a field of a schema may be named `description`, and an example may hold anything. */
function withoutTexts(node: unknown, holdsNames = false): unknown {
  if (Array.isArray(node)) return node.map((item) => withoutTexts(item));
  if (node === null || typeof node !== "object") return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(([name]) => holdsNames || !forPeople.test(name))
      .map(([name, value]) => [
        name,
        name === "value" || (name === "examples" && !isExampleList(value))
          ? value
          : withoutTexts(value, !holdsNames && name === "properties"),
      ]),
  );
}

/** Examples of a response have keys; those of a schema are bare values. */
const isExampleList = (value: unknown) =>
  Array.isArray(value) && value.every((item) => item !== null && typeof item === "object" && "key" in item);
