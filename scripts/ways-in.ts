/** A way into the package: one of `exports` in package.json. */
export interface WayIn {
  /** `.`, or `./mock` */
  way: string;
  /** The ES module that Node has, if it is one of ours: `./dist/src/mock/index.js`. */
  module: string | undefined;
}

export function waysIn({ exports }: { exports: Record<string, unknown> }): WayIn[] {
  return Object.entries(exports).map(([way, target]) => ({ way, module: moduleOf(target) }));
}

/** Every file that a part of package.json names, whatever the condition. */
export const filesOf = (target: unknown): string[] =>
  typeof target === "string" ? [target] : Object.values(target ?? {}).flatMap(filesOf);

function moduleOf(target: unknown): string | undefined {
  if (typeof target === "string") return target.endsWith(".js") ? target : undefined;
  const { node, default: other } = target as { node?: unknown; default?: unknown };
  return moduleOf(node ?? other);
}
