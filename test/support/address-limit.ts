/** What a server counts of one address: clock-aligned minutes, 429 beyond the limit, 418 for those who go on. Times are in ms. */
export class AddressLimit {
  bannedUntil = 0;
  /** Requests that came during a ban. */
  duringBan = 0;
  readonly limit: number;
  readonly patience: number;
  #minute = -1;
  #used = 0;
  #ignored = 0;

  constructor(limit: number, patience = 10) {
    this.limit = limit;
    this.patience = patience;
  }

  spend(weight: number, now: number): { status: 200 | 418 | 429; used: number; retryAfter: number } {
    const minute = Math.floor(now / 60_000);
    if (minute !== this.#minute) [this.#minute, this.#used, this.#ignored] = [minute, 0, 0];
    this.#used += weight;
    const isBanned = now < this.bannedUntil;
    if (isBanned) this.duringBan += 1;
    else if (this.#used > this.limit && ++this.#ignored > this.patience) this.bannedUntil = now + 120_000;
    const status = now < this.bannedUntil ? 418 : this.#used > this.limit ? 429 : 200;
    const until = status === 418 ? this.bannedUntil : (minute + 1) * 60_000;
    return { status, used: this.#used, retryAfter: Math.ceil((until - now) / 1000) };
  }
}
