/** Numbers from 1 for what is alive at once: the lowest free one is given out, so they stay as few as there are holders. */
export class Places {
  readonly #numberOf = new Map<string, number>();
  readonly #taken = new Set<number>();
  /** No number below it is free. */
  #lowest = 1;

  /** The number of a holder; one that has none gets `wanted` where that is free, else the lowest free one. */
  take(holder: string, wanted?: number): number {
    const held = this.#numberOf.get(holder);
    if (held !== undefined) return held;
    const number = wanted !== undefined && !this.#taken.has(wanted) ? wanted : this.#lowestFree();
    this.#numberOf.set(holder, number);
    this.#taken.add(number);
    return number;
  }

  of(holder: string): number | undefined {
    return this.#numberOf.get(holder);
  }

  free(holder: string): void {
    const number = this.#numberOf.get(holder);
    if (number === undefined) return;
    this.#numberOf.delete(holder);
    this.#taken.delete(number);
    this.#lowest = Math.min(this.#lowest, number);
  }

  clear(): void {
    this.#numberOf.clear();
    this.#taken.clear();
    this.#lowest = 1;
  }

  #lowestFree(): number {
    while (this.#taken.has(this.#lowest)) this.#lowest += 1;
    return this.#lowest;
  }
}
