import type { Clock } from '@meetingbot/crds-schema';
import type { Appointment, Scheduler } from './scheduler.ts';

/** Wall clock at the start of every history. */
export const EPOCH = Date.UTC(2026, 1, 6, 15);

/**
 * One life of a process, of a controller or a recorder. When it is killed nothing of it ever goes on:
 * its timers don't fire and its calls never settle. While it is paused all of that waits.
 */
export class Life {
  readonly name: string;
  readonly clock: Clock;
  readonly #scheduler: Scheduler;
  #alive = true;
  #pausedUntil = 0;
  /** How far its wall clock is off, milliseconds. */
  offset = 0;

  constructor(name: string, scheduler: Scheduler) {
    this.name = name;
    this.#scheduler = scheduler;
    this.clock = {
      now: () => EPOCH + scheduler.time + this.offset,
      monotonic: () => scheduler.time,
      sleep: (ms, signal) => this.#sleep(ms, signal),
    };
  }

  get isAlive(): boolean {
    return this.#alive;
  }

  /** When it was last asleep, milliseconds since the start; 0: never. */
  get pausedUntil(): number {
    return this.#pausedUntil;
  }

  kill(): void {
    this.#alive = false;
  }

  /** @param ms - how long nothing of it runs, as by SIGSTOP */
  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#scheduler.time + ms);
  }

  after(ms: number, act: () => void): Appointment {
    return this.#scheduler.after(ms, () => this.#act(act));
  }

  /** Never settles once the life is over. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(ms, resolve);
    });
  }

  #act(act: () => void): void {
    if (!this.#alive) return;
    const left = this.#pausedUntil - this.#scheduler.time;
    if (left > 0) this.#scheduler.after(left, () => this.#act(act));
    else act();
  }

  #sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const onAbort = () => {
        timer.cancel();
        reject(signal?.reason);
      };
      const timer = this.after(ms, () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }
}

/** The answer that a dead process gets. */
export function never<T>(): Promise<T> {
  return new Promise(() => {});
}
