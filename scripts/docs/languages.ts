/** The languages of the site. A page of one has its counterpart in the other under the same name. */
export const languages = ["en", "zh-CN"] as const;
export type Language = (typeof languages)[number];

export const otherLanguage = (language: Language): Language => (language === "en" ? "zh-CN" : "en");
