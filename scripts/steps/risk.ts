import { notice, type OpenApiDocument, type Schema } from "./document.js";

/** What `x-levels` and `x-liquidation` say, as data and as the types of what they are about. */
export function riskTs(document: OpenApiDocument): string {
  const schemas = Object.entries(document.components.schemas).sort(([a], [b]) => (a < b ? -1 : 1));
  const marked = (key: string) => schemas.filter(([, schema]) => schema[key] !== undefined);
  const [rated, liquidated] = [marked("x-levels"), marked("x-liquidation")];
  const names = [...new Set([...rated, ...liquidated].map(([name]) => name))].sort();
  const imports = names.length > 0 ? `import type { ${names.join(", ")} } from "./schema.js";\n` : "";
  return `// ${notice}
${imports}
/** Accounts with a ratio that says how far liquidation is; levels go from healthy to worst. */
export const ratings = ${print(rated, "x-levels")} as const;

/** Positions with a mark price and a price of liquidation. */
export const liquidations = ${print(liquidated, "x-liquidation")} as const;

/** What \`risk()\` reads of an account. */
export type RatedAccount = ${pick(rated, "x-levels", ["ratio", "status"])};

/** What \`liquidationDistance()\` reads of a position. */
export type LiquidatedPosition = ${pick(liquidated, "x-liquidation", ["amount", "price", "at"])};
`;
}

type Entries = [string, Schema][];

const pick = (entries: Entries, key: string, names: string[]) =>
  entries
    .map(([name, schema]) => {
      const fields = names.map((field) => JSON.stringify((schema[key] as Record<string, string>)[field]));
      return `Pick<${name}, ${fields.join(" | ")}>`;
    })
    .join(" | ") || "never";

const print = (entries: Entries, key: string) =>
  JSON.stringify(
    entries.map(([, schema]) => schema[key]),
    null,
    2,
  ).replace(/^(\s*)"([A-Za-z_$][\w$]*)":/gm, "$1$2:");
