// Runs before anything is painted. The name under which the choice is kept is Redoc's own, so both agree.
const kept = (() => {
  try {
    return localStorage.getItem("redoc.colorMode");
  } catch {
    return null; // storage is forbidden: follow the system
  }
})();
const dark =
  kept === "light" || kept === "dark" ? kept === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
document.documentElement.classList.add(dark ? "dark" : "light");
