import { calls, type OpenApiDocument } from "../steps/document.js";
import type { Guide } from "./guides.js";
import type { Language } from "./languages.js";
import { escapeHtml } from "./markdown.js";
import { words } from "./words.js";

/** The front page of a language. */
export function landing(document: OpenApiDocument, language: Language, guides: Guide[]): string {
  const { tagline, description, landing: w, operation } = words[language];
  return `<section class="hero">
<h1>binance-accounts</h1>
<p class="tagline">${tagline}</p>
<p>${description}</p>
<p class="actions"><a class="button primary" href="guides/quick-start.html">${w.start}</a><a class="button" href="reference.html">${w.reference}</a><a class="button" href="try-it.html">${w.tryIt}</a></p>
</section>
<section class="cards">
${w.promise.map(([title, text]) => `<div class="card"><h2>${title}</h2><p>${text}</p></div>`).join("\n")}
</section>
<section>
<h2>${w.operations}</h2>
<ul class="operations">
${calls(document)
  .map(
    ({ operation: { operationId, summary, "x-request-weight": weight }, method, path }) =>
      `<li><a href="operations/${operationId}.html"><strong>${escapeHtml(summary)}</strong><code>${method.toUpperCase()} ${path}</code><small>${operation.weight} ${weight}</small></a></li>`,
  )
  .join("\n")}
</ul>
</section>
<section>
<h2>${w.guides}</h2>
<ul class="guides">
${guides.map(({ topic, title }) => `<li><a href="guides/${topic}.html">${escapeHtml(title)}</a></li>`).join("\n")}
</ul>
</section>
<section>
<h2>${w.machines}</h2>
<p>${w.machinesText}</p>
<p class="files"><a href="openapi.json">openapi.json</a> <a href="openapi.yaml">openapi.yaml</a> <a href="${language === "en" ? "../" : ""}llms.txt">llms.txt</a> <a href="${language === "en" ? "../" : ""}llms-full.txt">llms-full.txt</a> <a href="../vectors/own.json">vectors</a></p>
</section>`;
}
