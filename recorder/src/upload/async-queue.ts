/** A queue with one reader that waits where it is empty. */
export class AsyncQueue<T> {
  readonly #items: T[] = [];
  #closed = false;
  #wake: () => void = () => {};

  get length(): number {
    return this.#items.length;
  }

  /** The `count` items that are read next; fewer where there are fewer. */
  next(count: number): readonly T[] {
    return this.#items.slice(0, count);
  }

  push(item: T): void {
    if (this.#closed) throw new Error('the queue is closed');
    this.#items.push(item);
    this.#wake();
  }

  /** No more items will come; those in the queue are still read. May be called again. */
  close(): void {
    this.#closed = true;
    this.#wake();
  }

  /**
   * Removes the next item; waits for it. Undefined: the queue is closed and empty.
   * @throws the signal's reason
   */
  async shift(signal: AbortSignal): Promise<T | undefined> {
    signal.throwIfAborted();
    if (this.#items.length === 0 && !this.#closed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        signal.addEventListener('abort', this.#wake, { once: true });
      });
      signal.removeEventListener('abort', this.#wake);
      signal.throwIfAborted();
    }
    return this.#items.shift();
  }
}
