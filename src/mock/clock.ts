import { mustBe } from "./messages.js";

/** The time of the exchange. */
export class MockClock {
  readonly #base: () => number;
  #offset = 0;
  #frozenAt: number | undefined;

  /** @internal */
  constructor(base: () => number) {
    this.#base = base;
  }

  /** The time, in ms since 1970. */
  readonly now = (): number => this.#frozenAt ?? this.#base() + this.#offset;

  /** Whether time stands still until it is set or advanced. */
  get frozen(): boolean {
    return this.#frozenAt !== undefined;
  }

  /** Sets the time, in ms since 1970; it goes on from there unless it is frozen. */
  set(ms: number): void {
    const time = readTime(ms);
    if (this.#frozenAt === undefined) this.#offset += time - this.now();
    else this.#frozenAt = time;
  }

  /** Lets this many ms pass at once; a negative number sets the time back. */
  advance(ms: number): void {
    this.set(this.now() + ms);
  }

  /** Stops time; `set` and `advance` still move it. */
  freeze(): void {
    this.#frozenAt ??= this.now();
  }

  /** Lets time go on from where it was frozen. */
  resume(): void {
    const time = this.now();
    this.#frozenAt = undefined;
    this.set(time);
  }

  /** Goes back to the clock that it began with. */
  reset(): void {
    this.#frozenAt = undefined;
    this.#offset = 0;
  }
}

function readTime(ms: number): number {
  if (typeof ms === "number" && ms >= 0 && ms <= 8.64e15) return ms;
  throw mustBe("The mock's time", "a number of ms since 1970, from 0 to 8.64e15", ms);
}
