// Runs before anything is painted. The choice is made on the framework's pages, and kept under its name; Redoc has another.
let mode = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
try {
  const kept = localStorage.getItem("vitepress-theme-appearance");
  if (kept === "light" || kept === "dark") mode = kept;
  localStorage.setItem("redoc.colorMode", mode);
} catch {
  // Storage is forbidden: follow the system.
}
document.documentElement.classList.add(mode);
