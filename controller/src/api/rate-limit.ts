/** Tokens known at once; an idle one's bucket is full and needs no memory. */
const CAPACITY = 10_000;

/** Token buckets: each sender has so many requests a second, and twice as many at once. In this process only. */
export class RateLimit {
  readonly #perSecond: number;
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /**
   * Takes one request of a sender.
   * @param now - milliseconds, monotonic
   * @returns seconds to wait where there is none left
   */
  take(sender: string, now: number): number | undefined {
    const burst = 2 * this.#perSecond;
    const bucket = this.#buckets.get(sender) ?? { tokens: burst, at: now };
    const tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * this.#perSecond);
    this.#buckets.delete(sender);
    const isAllowed = tokens >= 1;
    this.#buckets.set(sender, { tokens: isAllowed ? tokens - 1 : tokens, at: now });
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > CAPACITY && oldest !== undefined) this.#buckets.delete(oldest);
    return isAllowed ? undefined : Math.max(1, Math.ceil((1 - tokens) / this.#perSecond));
  }
}
