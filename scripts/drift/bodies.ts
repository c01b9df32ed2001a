import { operationAt, operationIds } from "../../src/operations.js";
import type { OperationId } from "../../src/types.js";

interface Har {
  log: {
    entries: {
      request: { method: string; url: string };
      response: { status: number; content: { text?: string; encoding?: string } };
    }[];
  };
}

/** Successful responses in a file: of a HAR, or by operation. */
export function bodiesIn(file: unknown): { id: OperationId; body: unknown }[] {
  const { log } = (file ?? {}) as Partial<Har>;
  if (Array.isArray(log?.entries)) return log.entries.flatMap(bodyOf);
  const { responses = file } = file as { responses?: unknown };
  return operationIds.flatMap((id) =>
    typeof responses === "object" && responses !== null && Object.hasOwn(responses, id)
      ? [{ id, body: (responses as Record<string, unknown>)[id] }]
      : [],
  );
}

function bodyOf({ request, response }: Har["log"]["entries"][number]): { id: OperationId; body: unknown }[] {
  const id = operationAt(URL.canParse(request.url) ? new URL(request.url).pathname : undefined);
  const { text, encoding } = response.content;
  if (!id || response.status !== 200 || text === undefined) return [];
  try {
    return [{ id, body: JSON.parse(encoding === "base64" ? Buffer.from(text, "base64").toString() : text) }];
  } catch {
    return [];
  }
}
