// Errors of the client link here. On to the language that was read last, or else to the browser's.
let language = navigator.languages.find((each) => /^(zh|en)\b/.test(each));
try {
  language = localStorage.getItem("language") || language;
} catch {
  // Storage is forbidden: the browser's language decides.
}
location.replace(`../${language?.startsWith("zh") ? "zh-CN/" : ""}guides/errors.html${location.hash}`);
