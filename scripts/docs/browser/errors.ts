// Errors of the client link here. On to the language that was read last, or else to the browser's.
const kept = (() => {
  try {
    return localStorage.getItem("language");
  } catch {
    return null; // storage is forbidden
  }
})();
const chinese = (kept ?? navigator.languages.find((language) => /^(zh|en)\b/.test(language)))?.startsWith(
  "zh",
);
location.replace(`../${chinese ? "zh-CN/" : ""}guides/errors.html${location.hash}`);
