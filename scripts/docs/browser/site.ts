import { openSearch } from "./search.js";

const find = <T extends Element>(selector: string) => document.querySelector<T>(selector);

find("#theme")?.addEventListener("click", () => {
  const { classList } = document.documentElement;
  const mode = classList.contains("dark") ? "light" : "dark";
  classList.remove("light", "dark");
  classList.add(mode);
  try {
    localStorage.setItem("redoc.colorMode", mode);
  } catch {
    // Forbidden storage: the choice holds for this page.
  }
  document.dispatchEvent(new Event("colormode"));
});

// The other language opens at the same place: at the address in use, or at the heading that is being read.
find<HTMLAnchorElement>("#language")?.addEventListener("click", (event) => {
  const link = event.currentTarget as HTMLAnchorElement;
  link.hash = location.hash || readingAt();
});

function readingAt(): string {
  const passed = [...document.querySelectorAll("main :is(h2, h3)[id]")].filter(
    (heading) => heading.getBoundingClientRect().top < innerHeight / 3,
  );
  return passed.length > 0 && scrollY > 0 ? `#${passed.at(-1)?.id}` : "";
}

find("#search-open")?.addEventListener("click", openSearch);
document.addEventListener(
  "keydown",
  (event) => {
    const typing = (event.target as HTMLElement).closest("input, textarea, select, [contenteditable]");
    const wanted = (event.key === "k" && (event.ctrlKey || event.metaKey)) || (event.key === "/" && !typing);
    if (!wanted) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    openSearch();
  },
  { capture: true },
);
