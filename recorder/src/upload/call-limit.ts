/** A dead line is noticed after it, milliseconds. */
const LEAST_MS = 30_000;
/** What a line is believed to carry in that time until it has shown otherwise: at 1.4 Mbit/s. */
const USUAL_BYTES = 5 * 1024 * 1024;
/** The slowest line that is waited for has this share of it (280 kbit/s): no recording gets through less. */
const SLOWEST_SHARE = 1 / 5;
/** A call may take so many times what it would at the pace of the one before: other calls share the line. */
const ROOM = 3;

/**
 * How long a call to the store may take, by its size and by what the line was seen to carry. A line that is dead is given
 * up soon; on one that is slow, each large call that runs out of time doubles what the next one has.
 */
export class CallLimit {
  readonly #leastMs: number;
  /** Bytes a millisecond. */
  readonly #usual: number;
  #pace: number;

  /** @param leastMs - for a call of 5 MiB and less, on a line that has shown no weakness, milliseconds. Default 30 000 */
  constructor(leastMs = LEAST_MS) {
    this.#leastMs = leastMs;
    this.#usual = USUAL_BYTES / leastMs;
    this.#pace = this.#usual;
  }

  /** For a call that moves so many bytes: whole milliseconds. */
  msFor(bytes: number): number {
    return Math.ceil(Math.max(this.#leastMs, bytes / this.#pace));
  }

  /** A call of so many bytes had not ended in the time that it had. */
  ranOut(bytes: number): void {
    const slowest = this.#usual * SLOWEST_SHARE;
    const carriedLess = bytes / this.msFor(bytes);
    // A small call ends in time on the slowest line: this one is dead, and more time would only hide it.
    if (carriedLess > slowest) this.#pace = Math.max(slowest, Math.min(this.#pace, carriedLess / 2));
  }

  /** A call of so many bytes has ended after `ms` milliseconds. */
  ended(bytes: number, ms: number): void {
    this.#pace = Math.min(this.#usual, Math.max(this.#pace, bytes / Math.max(ms, 1) / ROOM));
  }
}
