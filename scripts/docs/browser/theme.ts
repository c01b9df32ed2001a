// Runs before anything is painted. The choice is made on the framework's pages, and kept under its name; Redoc has another.
const kept = (() => {
  try {
    return localStorage.getItem("vitepress-theme-appearance");
  } catch {
    return null; // storage is forbidden: follow the system
  }
})();
const dark =
  kept === "light" || kept === "dark" ? kept === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
document.documentElement.classList.add(dark ? "dark" : "light");
try {
  localStorage.setItem("redoc.colorMode", dark ? "dark" : "light");
} catch {
  // The same.
}
