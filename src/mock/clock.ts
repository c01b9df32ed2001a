import { mustBe } from "./messages.js";

/** The time of the exchange. */
export class MockClock {
  readonly #base: () => number;
  #offset = 0;

  constructor(base: () => number) {
    this.#base = base;
  }

  /** In ms since 1970. */
  readonly now = (): number => this.#base() + this.#offset;

  /** It is now this time, in ms since 1970, and goes on from there. */
  set(ms: number): void {
    this.#offset += readTime(ms) - this.now();
  }

  /** So many ms pass at once; less than 0 sets it back. */
  advance(ms: number): void {
    this.set(this.now() + ms);
  }

  /** Back to the clock that it began with. */
  reset(): void {
    this.#offset = 0;
  }
}

function readTime(ms: number): number {
  if (typeof ms === "number" && ms >= 0 && ms <= 8.64e15) return ms;
  throw mustBe("The mock's time", "a number of ms since 1970, from 0 to 8.64e15", ms);
}
