import settings from "../try-it/scalar.json" with { type: "json" };

type Send = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
interface Shown {
  updateConfiguration(configuration: object): void;
}

let app: Promise<Shown> | undefined;
let shown = "";

/** Shows Scalar for the exchange at this address, in place of what was shown. It loads nothing but its own files. */
export async function showScalar(content: object, address: string, send: Send): Promise<void> {
  if (shown === address) return;
  shown = address;
  const { lang, classList } = document.documentElement;
  const configuration = {
    ...settings,
    content,
    slug: address.replace(/\W+/g, "-"), // under the same name it would keep the old address
    servers: [{ url: address }],
    customFetch: send,
    localization: { locale: lang },
    forceDarkModeState: classList.contains("dark") ? "dark" : "light",
  };
  const before = app;
  app ??= start(configuration, lang === "en" ? "Copy" : "复制");
  if (before) (await before).updateConfiguration(configuration);
  else await app;
}

async function start(configuration: object, copy: string): Promise<Shown> {
  // Its own bundle, copied as it is: see scripts/docs/assets.ts.
  const { createApiReference } = await import(new URL("./scalar/standalone.esm.js", import.meta.url).href);
  const element = document.querySelector("#scalar") as HTMLElement;
  // Scalar leaves its copy buttons without a name.
  const name = () => {
    for (const button of element.querySelectorAll('button[class*="copy-button"]:not([aria-label])'))
      button.setAttribute("aria-label", copy);
  };
  new MutationObserver(name).observe(element, { childList: true, subtree: true });
  return createApiReference(element, configuration);
}
