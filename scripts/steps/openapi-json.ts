import { notice, type OpenApiDocument } from "./document.js";

/** The whole document as JSON; its first line holds the notice, as JSON has no comments. */
export function openapiJson(document: OpenApiDocument): string {
  const { openapi, ...rest } = document;
  return `${JSON.stringify({ "x-generated": notice, openapi, ...rest }, null, 2).replace(/^\{\s+/, "{ ")}\n`;
}
