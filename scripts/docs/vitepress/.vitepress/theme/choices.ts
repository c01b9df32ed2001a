/** What a reader has chosen, kept for the next visit; where storage is forbidden, for nothing but this page. */
function keep(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Nothing is lost but the memory.
  }
}

function kept(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

/** Where a link without a language leads: see browser/errors.ts. */
export const keepLanguage = (language: string) => keep("language", language);

/** The language of samples is one choice for the whole site. */
export function rememberTabs(): void {
  document.addEventListener("change", ({ target }) => {
    const label = document.querySelector(`.samples label[for="${(target as Element).id}"]`);
    if (label?.textContent) keep("samples", label.textContent);
  });
}

export function showKeptTabs(): void {
  const wanted = kept("samples");
  for (const label of document.querySelectorAll<HTMLElement>(".samples label"))
    if (label.textContent === wanted) label.click();
}
