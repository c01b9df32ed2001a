import type { Language } from "./languages.js";

/** The words of the site itself. What a language lacks does not compile. */
const en = {
  name: "binance-accounts",
  ownName: "English",
  limits: { method: "method", endpoint: "endpoint", server: "server", weight: "weight", perMinute: "calls per minute, at most" },
  rules: {
    columns: ["status", "code", "what has to hold", "source"],
    documented: "documented",
    assumed: "assumed",
    names: undefined as Record<string, string> | undefined,
  },
};

export type Words = typeof en;

const zh: Words = {
  name: "binance-accounts",
  ownName: "简体中文",
  limits: { method: "方法", endpoint: "接口", server: "服务器", weight: "权重", perMinute: "每分钟最多调用次数" },
  rules: {
    columns: ["状态码", "错误码", "必须满足", "依据"],
    documented: "文档",
    assumed: "推断",
    names: {
      "the header X-MBX-APIKEY is there": "带有请求头 `X-MBX-APIKEY`",
      "the API key is known, and may be used for this server from this address": "API Key 存在，并且允许从该 IP 访问该服务器",
      "the query is percent-encoded UTF-8": "查询串是百分号编码的 UTF-8",
      "no parameter is sent twice": "没有重复的参数",
      "mandatory parameters are sent, and timestamp is a whole number": "必填参数齐全，`timestamp` 为整数",
      "every parameter is one that the operation reads": "每个参数都是该接口会读取的",
      "no parameter is empty": "没有空参数",
      "parameters that exclude each other are not sent together": "互斥的参数没有同时发送",
      "every value is of the type and within the limits that the operation documents": "每个值的类型和范围都符合接口文档",
      "recvWindow is at most 60000": "`recvWindow` 不超过 60000",
      "timestamp is less than 1000 ms ahead of the server": "`timestamp` 比服务器时间超前不到 1000 毫秒",
      "timestamp is at most recvWindow behind the server": "`timestamp` 落后服务器时间不超过 `recvWindow`",
      "signature is the last parameter and signs the raw text before it with this key":
        "`signature` 是最后一个参数，并且是用该密钥对其之前的原始文本所作的签名",
      "the pair has a contract": "该标的交易对有合约",
    },
  },
};

export const words: Record<Language, Words> = { en, "zh-CN": zh };
