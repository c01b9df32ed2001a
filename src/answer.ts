import type { Answer } from "./attempt.js";

/** The answer as a Response whose body is the decompressed text. */
export function responseOf({ text, status, headers }: Answer): Response {
  const kept = new Headers([...headers]);
  for (const name of ["content-length", "content-encoding", "transfer-encoding"]) kept.delete(name);
  return new Response(text, { status, headers: kept });
}

/**
 * The same, made only when somebody looks inside: on Node, a Response costs as much as sending the request. It is one to
 * `instanceof` and to whoever reads it.
 */
export function lazyResponse(answer: Answer): Response {
  Lazy ??= lazyClass();
  return new Lazy(answer);
}

let Lazy: (new (answer: Answer) => Response) | undefined;

function lazyClass(): new (answer: Answer) => Response {
  class LazyResponse {
    readonly status: number;
    readonly ok: boolean;
    readonly #answer: Answer;
    #response: Response | undefined;

    constructor(answer: Answer) {
      this.status = answer.status;
      this.ok = answer.status === 200;
      this.#answer = answer;
    }

    static response(lazy: LazyResponse): Response {
      lazy.#response ??= responseOf(lazy.#answer);
      return lazy.#response;
    }
  }
  const { prototype } = LazyResponse;
  // Workers have part of it one prototype further up.
  for (let from = Response.prototype; from !== Object.prototype; from = Object.getPrototypeOf(from)) {
    for (const [name, { get, value }] of Object.entries(Object.getOwnPropertyDescriptors(from))) {
      const forward = function (this: LazyResponse, ...args: unknown[]) {
        return (get ?? value).apply(LazyResponse.response(this), args);
      };
      if (name in prototype || ["status", "ok"].includes(name)) continue;
      Object.defineProperty(prototype, name, {
        configurable: true,
        ...(get ? { get: forward } : { value: forward }),
      });
    }
  }
  Object.defineProperty(LazyResponse, "name", { value: "Response" });
  Object.setPrototypeOf(prototype, Response.prototype);
  return LazyResponse as unknown as new (
    answer: Answer,
  ) => Response;
}
