import type { Clock } from '@meetingbot/crds-schema';

/** Time that passes only when everybody sleeps. */
export class LeapClock implements Clock {
  #now = 1_000_000;
  readonly #sleepers = new Set<{ at: number; wake: () => void }>();
  #leaping = false;
  now = () => this.#now;
  monotonic = () => this.#now;

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const sleeper = { at: this.#now + ms, wake: resolve };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', () => {
        this.#sleepers.delete(sleeper);
        reject(signal.reason);
      });
      if (!this.#leaping) this.#leap();
    });
  }

  #leap(): void {
    this.#leaping = true;
    setImmediate(() => {
      this.#leaping = false;
      const next = [...this.#sleepers].sort((a, b) => a.at - b.at)[0];
      if (next === undefined) return;
      this.#sleepers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.wake();
      if (this.#sleepers.size > 0) this.#leap();
    });
  }
}
