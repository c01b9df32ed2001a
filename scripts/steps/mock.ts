import { calls, notice, type OpenApiDocument, type Operation, type Response, resolve } from "./document.js";
import { checkStatePath } from "./state-paths.js";

/** What the mock needs to know of the document at run time: parts of its account, and the examples by name. */
export function mockTs(document: OpenApiDocument): string {
  const operations = calls(document).map(({ operation }) => operation);
  for (const operation of operations) checkStatePath(document, operation);
  const statePaths = operations.map(({ operationId, "x-state": path }) => [operationId, path]);
  const examples = operations.map((operation) => [operation.operationId, examplesOf(document, operation)]);
  const errors = examples.flatMap(([, byStatus]) =>
    Object.entries(byStatus as Record<string, string[]>).flatMap(([status, names]) =>
      status < "400" ? [] : names.map((name) => [name, status]),
    ),
  );
  return `// ${notice}
import type { OperationId } from "../src/types.js";

/** Which part of the mock's account an operation shows, such as \`cm.positions\`; none for one that answers with examples. */
export const statePaths: { readonly [Id in OperationId]?: string } = ${print(statePaths.filter(([, path]) => path))};

/** Names of the examples that an operation documents, by status such as \`200\` or \`5XX\`. */
export const examples: { readonly [Id in OperationId]: { readonly [status: string]: readonly string[] } } = ${print(examples)};

/** Status of each documented error, such as \`5XX\`, by the name of its example. */
export const errorExamples = ${print(errors)} as const;
`;
}

function examplesOf(document: OpenApiDocument, { responses }: Operation): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(responses).map(([status, given]) => {
      const { content = {} } = resolve(document, given) as Response;
      return [status, Object.values(content).flatMap(({ examples = {} }) => Object.keys(examples))];
    }),
  );
}

const print = (entries: unknown[][]) => JSON.stringify(Object.fromEntries(entries), null, 2);
