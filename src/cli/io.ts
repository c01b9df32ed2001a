import { BinanceError } from "../errors.js";

/** What the command has of the world. */
export interface Io {
  env: Record<string, string | undefined>;
  stdout: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
  stderr: NodeJS.WritableStream & { isTTY?: boolean };
}

/** A mistake in how the command was called. */
export class UsageError extends Error {}

/** What the code says of its options, said of what a user of the command has given. */
export async function inWordsOf<T>(names: Record<string, string>, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof BinanceError)) throw error;
    throw new UsageError(
      Object.entries(names).reduce((text, [option, name]) => text.replaceAll(option, name), error.message),
    );
  }
}
