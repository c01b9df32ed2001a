import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { installed } from "../installed.js";
import { tsc } from "../tsc.js";
import { waysIn } from "../ways-in.js";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));
const require = createRequire(import.meta.url);

/** Writes the declarations of src/ into a folder, as the build does. */
export async function declarations(folder: string): Promise<void> {
  await run(process.execPath, [tsc, "-p", join(root, "tsconfig.build.json"), "--outDir", folder]).catch(
    ({ stdout }: { stdout: string }) => {
      throw new Error(`The declarations could not be written:\n${stdout}`);
    },
  );
}

/** The declaration file behind each way into the package, such as `mock` for `binance-accounts/mock`. */
export async function declarationFiles(): Promise<[name: string, file: string][]> {
  const manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  return waysIn(manifest).flatMap(({ way, module }) => {
    const name = way === "." ? "index" : way.slice(2);
    return module === undefined ? [] : [[name, module.replace("./dist/", "").replace(/\.js$/, ".d.ts")]];
  });
}

/** The report of one way in: every public type, in a form that shows each change of it as a line. */
export async function reportOf(name: string, folder: string, file: string): Promise<string> {
  const { Extractor, ExtractorConfig } = await extractor();
  const reportFolder = join(folder, "reports");
  await mkdir(reportFolder, { recursive: true });
  // Its declarations are read as a package of their own, which this project's settings do not reach.
  await writeFile(join(folder, "package.json"), '{ "name": "binance-accounts", "type": "module" }');
  const quiet = { default: { logLevel: "none" } };
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: join(folder, file),
      compiler: { overrideTsconfig: { compilerOptions } },
      apiReport: {
        enabled: true,
        includeForgottenExports: true,
        reportFileName: `${name}.api.md`,
        reportFolder,
        reportTempFolder: join(folder, "temporary"),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: "lf",
      messages: {
        compilerMessageReporting: quiet,
        extractorMessageReporting: quiet,
        tsdocMessageReporting: quiet,
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(folder, "package.json"),
  });
  let errors = "";
  const { succeeded } = Extractor.invoke(config, {
    localBuild: true,
    messageCallback(message: { logLevel: string; text: string; handled: boolean }) {
      if (message.logLevel === "error") errors += `${message.text}\n`;
      message.handled = true;
    },
  });
  if (!succeeded && errors) throw new Error(errors);
  return readFile(join(reportFolder, `${name}.api.md`), "utf8");
}

const compilerOptions = {
  target: "es2022",
  module: "nodenext",
  lib: ["es2023", "dom", "dom.iterable", "esnext.disposable"],
  types: ["node"],
  typeRoots: [join(root, "node_modules/@types")],
  strict: true,
};

/** API Extractor is installed on demand: nothing but these reports needs it. */
async function extractor(): Promise<ApiExtractor> {
  return require(await installed("api", "@microsoft/api-extractor"));
}

/** What is used of API Extractor; its own types are there only once it is installed. */
interface ApiExtractor {
  ExtractorConfig: { prepare(options: object): object };
  Extractor: { invoke(config: object, options: object): { succeeded: boolean } };
}
