type Send = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
interface Shown {
  updateConfiguration(configuration: object): void;
}
interface TryDocument {
  paths: Record<
    string,
    {
      servers?: unknown;
      get?: { parameters?: { $ref?: string; "x-injected"?: boolean }[]; security?: unknown };
    }
  >;
  components: { parameters: Record<string, { "x-injected"?: boolean }>; securitySchemes?: unknown };
  security?: unknown;
}

let shown: { app: Promise<Shown>; address: string } | undefined;

/** Shows Scalar for the exchange at this address, in place of what was shown. It loads nothing but its own files. */
export async function showScalar(address: string, send: Send): Promise<void> {
  if (shown?.address === address) return;
  const configuration = {
    slug: address.replace(/\W+/g, "-"), // under the same name it would keep the old address
    content: await readDocument(),
    servers: [{ url: address }],
    customFetch: send,
    localization: { locale: document.documentElement.lang },
    telemetry: false,
    withDefaultFonts: false,
    hideDarkModeToggle: true,
    forceDarkModeState: document.documentElement.classList.contains("dark") ? "dark" : "light",
    persistAuth: false,
    showDeveloperTools: "never",
    hideClientButton: true,
    hideSearch: true,
    hideModels: true,
    hiddenClients: true,
    documentDownloadType: "none",
    agent: { disabled: true },
    mcp: { disabled: true },
    layout: "modern",
  };
  const before = shown;
  shown = { app: before ? before.app : start(configuration), address };
  const app = await shown.app;
  if (before) app.updateConfiguration(configuration);
}

async function start(configuration: object): Promise<Shown> {
  // Its own bundle, copied as it is: see scripts/docs/assets.ts.
  const path = new URL("./scalar/standalone.esm.js", import.meta.url).href;
  const { createApiReference } = (await import(path)) as {
    createApiReference(element: HTMLElement, configuration: object): Shown;
  };
  const element = document.querySelector("#scalar") as HTMLElement;
  new MutationObserver(() => nameButtons(element)).observe(element, { childList: true, subtree: true });
  return createApiReference(element, configuration);
}

/** Scalar leaves its copy buttons without a name. */
function nameButtons(element: HTMLElement): void {
  const name = document.documentElement.lang === "en" ? "Copy" : "复制";
  for (const button of element.querySelectorAll('button[class*="copy-button"]:not([aria-label])'))
    button.setAttribute("aria-label", name);
}

/** The document without what this page adds itself: keys, timestamp and signature, and the hosts of Binance. */
async function readDocument(): Promise<TryDocument> {
  const given = (await (await fetch("openapi.json")).json()) as TryDocument;
  const named = ({ $ref }: { $ref?: string }) => given.components.parameters[$ref?.split("/").at(-1) ?? ""];
  for (const item of Object.values(given.paths)) {
    delete item.servers;
    if (item.get)
      item.get.parameters =
        item.get.parameters?.filter((parameter) => !(named(parameter) ?? parameter)["x-injected"]) ?? [];
  }
  delete given.security;
  delete given.components.securitySchemes;
  return given;
}
