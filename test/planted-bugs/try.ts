import { type Bench, createKey, type KeyKind, ourBench, prismBench } from "./bench.js";
import type { Bug } from "./bugs/bug.js";
import { Client } from "./client.js";
import type { Judge } from "./judges.js";
import * as all from "./judges.js";

const judges = Object.values(all);

/** What came of one bug against one server. */
export interface Catch {
  /** The correct client passes the test there, and the wrong one fails it. */
  caught: boolean;
  /** By what the wrong one was given away, or why no test can tell. */
  because: string;
}

export const servers: Record<"ours" | "prism", (key: ReturnType<typeof createKey>) => Promise<Bench>> = {
  ours: ourBench,
  prism: prismBench,
};

const references = new Map<string, Promise<string | undefined>>();

/** What the correct client does in a test; asked once for all bugs that this test is to notice. */
function reference(judge: Judge, key: KeyKind, server: keyof typeof servers): Promise<string | undefined> {
  const name = `${judges.indexOf(judge)} ${key} ${server}`;
  const outcome = references.get(name) ?? run(Client, judge, key, server);
  references.set(name, outcome);
  return outcome;
}

/** The same test for the correct client and for the wrong one, each against a server of its own. */
export async function tryBug(
  { client, judge, key = "HMAC" }: Bug,
  server: keyof typeof servers,
): Promise<Catch> {
  const correct = await reference(judge, key, server);
  if (correct !== undefined) return { caught: false, because: `a correct client fails: ${correct}` };
  const because = await run(client, judge, key, server);
  return { caught: because !== undefined, because: because ?? "nothing tells it from a correct client" };
}

/** Undefined when the client passes, else what gave it away. */
async function run(
  client: typeof Client,
  judge: Judge,
  kind: KeyKind,
  server: keyof typeof servers,
): Promise<string | undefined> {
  const key = createKey(kind);
  await using bench = await servers[server](key);
  try {
    await judge(new client(bench.connection), bench);
    return undefined;
  } catch (error) {
    return (error as Error).message.split("\n")[0] || (error as Error).name;
  }
}
