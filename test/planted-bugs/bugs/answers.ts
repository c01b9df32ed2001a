import { type Answer, Client, type Filter } from "../client.js";
import * as judges from "../judges.js";
import { type Bug, bug } from "./bug.js";

const readAnything = class extends Client {
  override read({ body }: Answer) {
    return JSON.parse(body || "[]");
  }
};

export const answers: Bug[] = [
  bug(
    "sets a timeout that nothing acts on",
    judges.meetsHang,
    class extends Client {
      override patience(timeout: number) {
        return { timeout };
      }
    },
  ),
  bug(
    "its timeout ends with the headers",
    judges.meetsSlowBody,
    class extends Client {
      #timer: NodeJS.Timeout | undefined;
      override patience(ms: number) {
        const late = new AbortController();
        this.#timer = setTimeout(() => late.abort(), ms);
        return { signal: late.signal };
      }
      override onHeaders() {
        clearTimeout(this.#timer);
      }
    },
  ),
  bug(
    "reads half a body as an empty list",
    judges.meetsTruncatedBody,
    class extends Client {
      override broken(_error: Error, soFar: Answer, resolve: (answer: Answer) => void) {
        resolve(soFar);
      }
      override read(answer: Answer, path: string) {
        try {
          return super.read(answer, path);
        } catch {
          return [];
        }
      }
    },
  ),
  bug("takes an empty 200 for an empty list", judges.meetsEmptyAnswer, readAnything),
  bug("takes an empty 202 for an empty list", judges.meetsEmptyAccepted, readAnything),
  bug(
    "takes another shape for data",
    judges.meetsWrongShape,
    class extends readAnything {
      override async contracts(parameters: Filter) {
        return Object.keys((await this.get("/papi/v1/cm/positionRisk", parameters)) as object);
      }
    },
  ),
  bug(
    "takes a refusal for an empty list",
    judges.meetsRefusedKey,
    class extends readAnything {
      override async contracts(parameters: Filter) {
        const rows = await this.get("/papi/v1/cm/positionRisk", parameters);
        return Array.isArray(rows) ? rows.map(({ symbol }) => symbol) : [];
      }
    },
  ),
  bug(
    "takes a firewall's page for an empty list",
    judges.meetsFirewall,
    class extends Client {
      override read(answer: Answer, path: string) {
        return answer.headers["content-type"]?.startsWith("text/html") ? [] : super.read(answer, path);
      }
    },
  ),
];
