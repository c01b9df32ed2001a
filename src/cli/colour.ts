import { styleText } from "node:util";
import type { Io } from "./io.js";

export type Paint = (colour: Parameters<typeof styleText>[0], text: string) => string;

/** Colours text for a terminal, or wherever FORCE_COLOR asks for it; NO_COLOR turns them off. */
export const painter =
  (stream: Io["stdout"] | Io["stderr"]): Paint =>
  (colour, text) =>
    stream.isTTY || process.env.FORCE_COLOR
      ? styleText(colour, text, { stream: stream as NodeJS.WriteStream })
      : text;
