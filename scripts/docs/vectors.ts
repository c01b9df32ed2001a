import { readFileSync } from "node:fs";

/** Signatures that were recomputed, for anyone's signer; the site publishes the files as they are. */
export const vectorFiles = ["own.json", "binance.json", "not-verifying.json"];

export const vectorsFolder = new URL("../../test/vectors/", import.meta.url);

export const vectors = vectorFiles.flatMap(
  (file) => JSON.parse(readFileSync(new URL(file, vectorsFolder), "utf8")) as Record<string, string>[],
);
