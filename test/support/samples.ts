import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { root, temporaryFolder } from "./process.js";

/** A folder in which the samples find this package by its name, as an installed one, and other packages among these modules. */
export async function sampleFolder(modules = join(root, "node_modules")) {
  const folder = await temporaryFolder();
  const paths = {
    "binance-accounts": [join(root, "src/index.ts")],
    "binance-accounts/decimal": [join(root, "src/decimal.ts")],
    "binance-accounts/risk": [join(root, "src/risk.ts")],
    "binance-accounts/mock": [join(root, "src/mock/index.ts")],
    "binance-accounts/otel": [join(root, "src/otel.ts")],
    "#platform": [join(root, "src/platform/node.ts")],
  };
  await symlink(modules, join(folder.path, "node_modules"));
  await writeFile(join(folder.path, "package.json"), '{ "type": "module" }');
  await writeFile(
    join(folder.path, "tsconfig.json"),
    JSON.stringify({ extends: join(root, "tsconfig.json"), compilerOptions: { paths }, include: ["*.ts"] }),
  );
  return folder;
}
