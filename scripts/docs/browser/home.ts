// The front door: on to the reader's language. Without scripts both are links.
const chinese = navigator.languages.find((language) => /^(zh|en)\b/.test(language))?.startsWith("zh");
location.replace(chinese ? "zh-CN/index.html" : "en/index.html");
