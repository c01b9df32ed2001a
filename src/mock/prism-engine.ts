import { createInstance } from "@stoplight/prism-http";
import document from "../../generated/prism.json" with { type: "json" };

/** The part of Prism that the mock runs, and the document as Prism has read it. The build makes one file of both. */
export { createInstance };

type Operations = Parameters<ReturnType<typeof createInstance>["request"]>[1];

/** @internal */
export const operations = document.operations as unknown as Operations;
