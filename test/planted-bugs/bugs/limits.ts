import { type Answer, Client, type Filter } from "../client.js";
import * as judges from "../judges.js";
import { type Bug, bug } from "./bug.js";

export const clocks: Bug[] = [
  bug(
    "trusts this machine's clock, which is ahead",
    judges.hasFastClock,
    class extends Client {
      override correctClock() {}
    },
  ),
  bug(
    "trusts this machine's clock, which is behind",
    judges.hasSlowClock,
    class extends Client {
      override correctClock() {}
    },
  ),
  bug(
    "corrects its clock in the wrong direction",
    judges.hasSlowClock,
    class extends Client {
      override correctClock(headers: Answer["headers"]) {
        super.correctClock(headers);
        this.offset = -this.offset;
      }
    },
  ),
  bug(
    "corrects its clock for one call only",
    judges.hasFastClock,
    class extends Client {
      override async get(path: string, parameters?: Filter) {
        this.offset = 0;
        return super.get(path, parameters);
      }
    },
  ),
];

export const limits: Bug[] = [
  bug(
    "repeats with the same timestamp and signature",
    judges.survivesOverload,
    class extends Client {
      #first = "";
      override async attempt(path: string, parameters: Filter, attempt: number) {
        if (attempt === 1) this.#first = this.target(path, parameters);
        return this.send(this.#first);
      }
    },
  ),
  bug(
    "repeats with a new timestamp and the old signature",
    judges.survivesOverload,
    class extends Client {
      #signature = "";
      override sign(payload: string) {
        this.#signature ||= super.sign(payload);
        return this.#signature;
      }
    },
  ),
  bug(
    "signs before it waits",
    judges.staysBelowLimit,
    class extends Client {
      #ready = "";
      override async waitForRoom(path: string) {
        this.#ready = this.target(path, {});
        return super.waitForRoom(path);
      }
      override async attempt() {
        return this.send(this.#ready);
      }
    },
  ),
  bug(
    "gives up at the first overload",
    judges.survivesOverload,
    class extends Client {
      override pauseAfter() {
        return undefined;
      }
    },
  ),
  bug(
    "gives up at the first broken connection",
    judges.meetsReset,
    class extends Client {
      override pauseAfter(answer: Answer | Error, attempt: number) {
        return answer instanceof Error ? undefined : super.pauseAfter(answer, attempt);
      }
    },
  ),
  bug(
    "repeats a 503 for ever",
    judges.givesUpInTheEnd,
    class extends Client {
      override pauseAfter(answer: Answer | Error) {
        // Ever is over after 50, for the sake of whoever runs this.
        if (this.attempts++ > 50) return undefined;
        return super.pauseAfter(answer, 1);
      }
      attempts = 0;
    },
  ),
  ...[
    bug("repeats a refused signature", judges.meetsRefusedSignature, Client),
    bug("repeats a refused API key", judges.meetsRefusedKey, Client),
    bug("repeats when a firewall says no", judges.meetsFirewall, Client),
  ].map(({ name, judge }) =>
    bug(
      name,
      judge,
      class extends Client {
        override pauseAfter(_answer: Answer | Error, attempt: number) {
          return attempt > 2 ? undefined : 100;
        }
      },
    ),
  ),
  bug(
    "ignores Retry-After of a 429",
    judges.obeysLimit,
    class extends Client {
      override retryAfter() {
        return 0;
      }
    },
  ),
  bug(
    "reads Retry-After as milliseconds",
    judges.obeysLimit,
    class extends Client {
      override retryAfter(headers: Answer["headers"]) {
        return super.retryAfter(headers) / 1000;
      }
    },
  ),
  bug(
    "clamps Retry-After to one second",
    judges.obeysLimit,
    class extends Client {
      override retryAfter() {
        return 1000;
      }
    },
  ),
  bug(
    "goes on during a 418",
    judges.endsInBan,
    class extends Client {
      override async waitForRoom() {}
      override pauseAfter(answer: Answer | Error, attempt: number) {
        return answer instanceof Error || attempt > 2 ? undefined : 1000;
      }
    },
  ),
  bug(
    "a ban stops one operation only",
    judges.endsInBan,
    class extends Client {
      #banned = "";
      override async waitForRoom(path: string) {
        if (path === this.#banned) await super.waitForRoom(path);
      }
      override learn(path: string, answer: Answer) {
        super.learn(path, answer);
        if (this.banned) this.#banned = path;
      }
    },
  ),
  bug(
    "ignores the used weight",
    judges.staysBelowLimit,
    class extends Client {
      override learn(path: string, answer: Answer) {
        super.learn(path, answer);
        this.used.weight = 0;
      }
    },
  ),
  bug(
    "counts each request as 1, whatever it weighs",
    judges.staysBelowLimit,
    class extends Client {
      #count = 0;
      override learn(path: string, answer: Answer) {
        super.learn(path, answer);
        this.used.weight = ++this.#count;
      }
    },
  ),
  bug(
    "does not count what others of this address use",
    judges.sharesTheMinute,
    class extends Client {
      #own = 0;
      override learn(path: string, answer: Answer) {
        const before = this.used.minute;
        super.learn(path, answer);
        this.#own = 20 + (this.used.minute === before ? this.#own : 0);
        this.used.weight = this.#own;
      }
    },
  ),
];
