/** Tabs of the same names are one choice, on every page and at the next visit. */
const keyOf = (group: Element) => `tabs:${[...group.querySelectorAll(".tabs label")].map((label) => label.textContent?.trim()).join("|")}`;

const labelOf = (group: Element, input: Element) => group.querySelector(`label[for="${input.id}"]`)?.textContent?.trim() ?? "";

/** Groups of which there may be others: those of programming languages. */
const isShared = (group: Element) => group.closest(".samples") !== null;

export function rememberTabs(): void {
  document.addEventListener("change", ({ target, isTrusted }) => {
    const group = (target as Element).closest(".vp-code-group");
    if (!isTrusted || !group || !isShared(group)) return;
    try {
      localStorage.setItem(keyOf(group), labelOf(group, target as Element));
    } catch {
      // Storage is forbidden: the choice holds for this page.
    }
  });
}

export function showChosenTabs(): void {
  for (const group of document.querySelectorAll(".samples .vp-code-group")) {
    let chosen: string | null = null;
    try {
      chosen = localStorage.getItem(keyOf(group));
    } catch {
      return;
    }
    const input = [...group.querySelectorAll<HTMLInputElement>(".tabs input")].find((each) => labelOf(group, each) === chosen);
    if (input && !input.checked) input.click();
  }
}

/** The row that the address leads to. The router changes addresses in a way that `:target` does not see. */
export function markTarget(): void {
  for (const row of document.querySelectorAll(".fields > .here")) row.classList.remove("here");
  const row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (row?.parentElement?.classList.contains("fields")) row.classList.add("here");
}
