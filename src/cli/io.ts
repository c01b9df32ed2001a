import { BinanceError } from "../errors.js";

/** The parts of the world that the command uses. */
export interface Io {
  env: Record<string, string | undefined>;
  stdout: NodeJS.WritableStream & { isTTY?: boolean; columns?: number; rows?: number };
  stderr: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
}

/** A mistake in how the command was called. */
export class UsageError extends Error {}

/** Rewrites an error's option names to the flags or variables that the user gave. */
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
