// Errors of the client link here, whatever language their reader speaks.
const chinese = navigator.languages.find((language) => /^(zh|en)\b/.test(language))?.startsWith("zh");
location.replace(`../${chinese ? "zh-CN" : "en"}/guides/errors.html${location.hash}`);
