import { BinanceError, invalidArgument } from "../errors.js";
import { oneOf } from "../input.js";
import { actions, type Controlled, TypedText } from "./control-actions.js";
import { shown } from "./messages.js";

export interface ControlRequest {
  method: string;
  path: string;
  query: string;
  headers: Record<string, string>;
  text: string;
}

export interface ControlResponse {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/** Responds to a request for the mock itself. */
export function control(mock: Controlled, request: ControlRequest): ControlResponse {
  const { method, headers, text } = request;
  const path = request.path.replace(/\/$/, "");
  const methods = Object.hasOwn(actions, path) ? actions[path] : undefined;
  if (!methods)
    return problem(404, `Unknown control address ${shown(request.path)}. ${oneOf(Object.keys(actions))}`);
  const name = method === "HEAD" ? "GET" : method;
  const action = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (!action) {
    const allowed = Object.keys(methods).flatMap((known) => (known === "GET" ? ["GET", "HEAD"] : [known]));
    const allow = { allow: [...allowed, "OPTIONS"].join(", ") };
    return { ...problem(405, `Unknown method ${method} of ${path}. ${oneOf(allowed)}`), headers: allow };
  }
  const apiKey = headers["x-mbx-apikey"];
  const account = apiKey === undefined ? mock.first : mock.accounts.get(apiKey);
  if (!account)
    return problem(401, "`X-MBX-APIKEY` must be the key of an account; received a key that no account has.");
  try {
    const query = queryOf(request.query, path, action.query ?? []);
    const body = text === "" ? undefined : shallow(JSON.parse(text));
    const result = action.act({ account, body, query, mock, headers });
    if (result instanceof TypedText)
      return { status: 200, body: result.text, headers: { "content-type": result.type } };
    return result === undefined ? { status: 204 } : { status: 200, body: result };
  } catch (error) {
    if (error instanceof SyntaxError) return problem(400, `The body must be JSON: ${error.message}`);
    if (error instanceof BinanceError) return problem(400, error.message);
    throw error;
  }
}

const problem = (status: number, title: string): ControlResponse => ({ status, body: { title } });

/** Reads the query. Refuses unknown names, which would silently change nothing. */
function queryOf(query: string, path: string, known: readonly string[]): Record<string, string> {
  const given = new URLSearchParams(query);
  const unknown = [...given.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw invalidArgument(
      `Unknown parameter ${shown(unknown)} of ${path}. ${known.length > 0 ? oneOf(known) : "It takes none."}`,
    );
  return Object.fromEntries(given);
}

const deepest = 64;

/** Refuses a body that is nested so deep that reading it would exhaust the stack. */
function shallow(body: unknown): unknown {
  let level: unknown[] = [body];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest)
      throw invalidArgument(`The body must be nested at most ${deepest} deep; received more.`);
    level = level.flatMap((node) => (node !== null && typeof node === "object" ? Object.values(node) : []));
  }
  return body;
}
