import MiniSearch from "minisearch";
import { type Entry, options } from "./search-options.js";

const dialog = document.querySelector<HTMLDialogElement>("dialog#search");
const input = dialog?.querySelector("input");
const list = dialog?.querySelector("ol");
const home = `${document.body.dataset.root}${document.documentElement.lang}/`;
let index: Promise<MiniSearch<Entry>> | undefined;

/** Opens the search, and fetches its index at the first time. */
export function openSearch(): void {
  index ??= fetch(`${home}search.json`)
    .then((response) => response.text())
    .then((text) => MiniSearch.loadJSON(text, options));
  if (!dialog?.open) dialog?.showModal();
  input?.select();
}

input?.addEventListener("input", () => void show(input.value));
dialog?.addEventListener("click", (event) => event.target === dialog && dialog.close());
dialog?.addEventListener("keydown", (event) => {
  const links = [...(list?.querySelectorAll("a") ?? [])];
  const at = links.indexOf(document.activeElement as HTMLAnchorElement);
  if (event.key === "Enter" && document.activeElement === input) links[0]?.click();
  else if (event.key === "ArrowDown") (links[at + 1] ?? links[0])?.focus();
  else if (event.key === "ArrowUp") (links[at - 1] ?? input)?.focus();
  else return;
  event.preventDefault();
});

async function show(query: string): Promise<void> {
  const found = (await index)?.search(query).slice(0, 20) ?? [];
  if (!list || query !== input?.value) return; // something newer was typed while the index came
  list.replaceChildren(...found.map((result) => item(result as unknown as Entry)));
  if (found.length === 0 && query.trim())
    list.append(Object.assign(document.createElement("li"), { textContent: dialog?.dataset.none ?? "" }));
}

function item({ title, text, url, kind }: Entry): HTMLLIElement {
  const link = Object.assign(document.createElement("a"), { href: home + url });
  link.append(element("small", kind), element("strong", title), element("span", text));
  link.addEventListener("click", () => dialog?.close());
  const row = document.createElement("li");
  row.append(link);
  return row;
}

const element = (name: string, textContent: string) =>
  Object.assign(document.createElement(name), { textContent });
