/** Tabs of the same names are one choice, on every page and at the next visit. */
const keyOf = (group: Element) =>
  `tabs:${[...group.querySelectorAll(".tabs label")].map((label) => label.textContent?.trim()).join("|")}`;

const labelOf = (group: Element, input: Element) =>
  group.querySelector(`label[for="${input.id}"]`)?.textContent?.trim() ?? "";

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
    const input = [...group.querySelectorAll<HTMLInputElement>(".tabs input")].find(
      (each) => labelOf(group, each) === chosen,
    );
    if (input && !input.checked) input.click();
  }
}

/** The row that the address leads to. The router changes addresses in a way that `:target` does not see. */
export function markTarget(): void {
  for (const row of document.querySelectorAll(".fields > .here")) row.classList.remove("here");
  const row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (row?.parentElement?.classList.contains("fields")) row.classList.add("here");
}

/** The other language opens at the same place: at the address in use, or at the heading that is being read. */
export function keepPlace(): void {
  const keep = ({ target }: Event) => {
    const link = (target as Element).closest?.<HTMLAnchorElement>(
      ":is(.VPNavBarTranslations, .VPNavBarExtra, .VPNavScreenTranslations) a",
    );
    if (link) link.hash = location.hash || readingAt();
  };
  // Before the router sees the click.
  for (const type of ["pointerdown", "keydown"]) document.addEventListener(type, keep, { capture: true });
}

function readingAt(): string {
  const headings = [...document.querySelectorAll(".vp-doc :is(h2, h3)[id]")];
  const passed = headings.filter((heading) => heading.getBoundingClientRect().top < innerHeight / 3);
  return passed.length > 0 && scrollY > 0 ? `#${passed.at(-1)?.id}` : "";
}
