import { styleText } from "node:util";
import type { Io } from "./io.js";

export type Paint = (colour: Parameters<typeof styleText>[0], text: string) => string;

/** Colours for a terminal, none for anything else. */
export const painter =
  (stream: Io["stdout"] | Io["stderr"]): Paint =>
  (colour, text) =>
    stream.isTTY ? styleText(colour, text, { stream: stream as NodeJS.WriteStream }) : text;
