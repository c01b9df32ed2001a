/** Weight used per server in the current clock-aligned minute. */
export class Ledger {
  readonly #used = new Map<string, { minute: number; weight: number }>();

  /** Adds to the server's minute and returns what it has used so far, this request included. */
  spend(server: string, weight: number, now: number): number {
    const minute = Math.floor(now / 60_000);
    const entry = this.#used.get(server);
    const used = entry?.minute === minute ? entry.weight + weight : weight;
    this.#used.set(server, { minute, weight: used });
    return used;
  }
}
