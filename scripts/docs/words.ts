import type { Language } from "./languages.js";

/** The words of the site itself. What a language lacks does not compile. */
const en = {
  name: "binance-accounts",
  ownName: "English",
  limits: { method: "method", endpoint: "endpoint", server: "server", weight: "weight", perMinute: "calls per minute, at most" },
};

export type Words = typeof en;

const zh: Words = {
  name: "binance-accounts",
  ownName: "简体中文",
  limits: { method: "方法", endpoint: "接口", server: "服务器", weight: "权重", perMinute: "每分钟最多调用次数" },
};

export const words: Record<Language, Words> = { en, "zh-CN": zh };
