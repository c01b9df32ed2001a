export const languages = ["en", "zh-CN"] as const;
export type Language = (typeof languages)[number];

/** What the table, the drawing and the runs are called on the page, in the order of `strategies` and of `mishaps`. */
export const words = {
  en: {
    limiters: [
      "none",
      "obeys Retry-After only",
      "a fixed share each",
      "the header only",
      "a shared counter only",
      "this client",
    ],
    table: ["limiter", "429 and 418", "bans", "requests during bans", "of the limit used"],
    drawing: "Limit used and requests refused, by limiter",
    used: "limit used",
    refused: "requests answered 429 or 418 (logarithmic)",
    runs: ["what happens", "processes", "minutes", "requests", "429", "418", "hung", "of the limit used"],
    happens: {
      nothing: "nothing",
      stopped: "Redis is stopped for two minutes, and starts empty",
      paused: "Redis is paused for two minutes",
      flushed: "Redis loses its data every 5 s, for two minutes",
      killed: "every 2 s a process is killed by `kill -9`, for two minutes",
      banned: "the address is banned for two minutes",
    },
  },
  "zh-CN": {
    limiters: ["没有", "只遵守 Retry-After", "每个进程固定一份", "只看响应头", "只用共享计数", "本客户端"],
    table: ["限频方法", "429 和 418", "封禁次数", "封禁期间的请求", "用掉的额度"],
    drawing: "各种限频方法用掉的额度和被拒绝的请求",
    used: "用掉的额度",
    refused: "收到 429 或 418 的请求（对数刻度）",
    runs: ["发生了什么", "进程", "分钟", "请求", "429", "418", "卡住", "用掉的额度"],
    happens: {
      nothing: "一切正常",
      stopped: "Redis 停止两分钟，重启后数据为空",
      paused: "Redis 暂停响应两分钟",
      flushed: "两分钟内 Redis 每 5 秒丢失一次数据",
      killed: "两分钟内每 2 秒用 `kill -9` 杀掉一个进程",
      banned: "IP 被封禁两分钟",
    },
  },
} as const;
