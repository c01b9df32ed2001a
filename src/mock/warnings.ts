import type { DraftEntry } from "./journal.js";
import type { OutgoingResponse } from "./send.js";

/** Where a redirect leads unless told otherwise: a place that notes who comes. */
export const elsewhere = "/__mock/elsewhere";

/** Notices what Binance lets pass at first and punishes later, and writes it into the journal as warnings. */
export class Warnings {
  readonly #now: () => number;
  readonly #quiet = new Map<string, { until: number; since: number }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Looks at a request at its arrival. */
  look(note: DraftEntry, { address, body }: { address: string; body: string }): void {
    const { recvWindow, timestamp } = note.parameters;
    const quiet = this.#quiet.get(`${note.server} ${address}`);
    // A request that was on its way when the server asked for quiet is no discourtesy; a repeated one is, however fast.
    const onItsWay = quiet && note.attempt === 1 && performance.now() - quiet.since < 100;
    if (quiet && !onItsWay && this.#now() < quiet.until)
      note.warnings.push(
        `sent ${Math.ceil(quiet.until - this.#now())} ms before Retry-After had passed: this is how a ban begins and grows`,
      );
    if (recvWindow !== undefined && Number(recvWindow) < 100)
      note.warnings.push(
        `a recvWindow of ${recvWindow} is so many milliseconds: a slower answer fails; are seconds meant?`,
      );
    if (timestamp !== undefined && /^\d{10}$/.test(timestamp))
      note.warnings.push("the timestamp is in seconds; milliseconds are expected");
    if (/(^|[&"{])(timestamp|signature)/.test(body))
      note.warnings.push("parameters stand in the body, which a GET does not read");
    if (note.path === elsewhere) {
      const key = "x-mbx-apikey" in note.headers ? ", with its API key" : "";
      note.warnings.push(
        `a redirect was followed${key}: the signed request has gone to whom the redirect names`,
      );
    }
  }

  /** Remembers that an answer has asked for quiet. */
  asked({ headers }: OutgoingResponse, { server, address }: { server: string; address: string }): void {
    const seconds = Number(headers["retry-after"]);
    if (seconds > 0)
      this.#quiet.set(`${server} ${address}`, {
        until: this.#now() + seconds * 1000,
        since: performance.now(),
      });
  }

  clear(): void {
    this.#quiet.clear();
  }
}
