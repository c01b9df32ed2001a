import { readFileSync } from "node:fs";

/** Where the site will be. What is not known is not printed. */
export interface Where {
  /** The path under which it is served, such as `/binance-accounts/`. */
  base: string;
  /** `homepage` of package.json, with a slash at its end. */
  homepage?: string | undefined;
  /** Address of the repository's files, such as `https://github.com/OWNER/NAME`. */
  repository?: string | undefined;
}

const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
  homepage?: string;
  repository?: string | { url: string };
};
export const { version } = manifest;

const slashed = (path: string) => path.replace(/\/?$/, "/");

/** `homepage` is the one field that says it; `base` is for a build that nobody has given an address. */
export function whereOf({ homepage = manifest.homepage, base = "/" }: Partial<Where>): Where {
  if (!homepage) return { base: slashed(base), repository: repositoryOf("") };
  const address = slashed(homepage);
  return { base: new URL(address).pathname, homepage: address, repository: repositoryOf(address) };
}

/** Pages of GitHub say which repository they are from. */
function repositoryOf(homepage: string): string | undefined {
  const given = typeof manifest.repository === "object" ? manifest.repository.url : manifest.repository;
  const own = /^(?:git\+)?(https:\/\/.+?)(?:\.git)?$/.exec(given ?? "")?.[1];
  const [, owner, name] = /^https:\/\/([\w-]+)\.github\.io\/([^/]+)\//.exec(homepage) ?? [];
  return own ?? (owner && `https://github.com/${owner}/${name}`);
}
