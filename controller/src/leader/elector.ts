import type { Clock, Logger } from '@meetingbot/crds-schema';
import type { LeaseRecord, LeaseStore } from './lease.ts';

export interface ElectorOptions {
  store: LeaseStore;
  clock: Clock;
  log: Logger;
  /** Names this process; unique. */
  identity: string;
  /** How long a lease lasts without renewal, milliseconds. */
  leaseDuration: number;
  /** A leader that could not renew for this long stops leading, milliseconds; less than leaseDuration. */
  renewDeadline: number;
  /** Milliseconds between two tries to keep the lease. */
  retryPeriod: number;
  /** Milliseconds between two looks of a follower: a lease that is given back is found within this. */
  followPeriod: number;
  /** Leads until the signal is aborted, and resolves when its work has come to rest. */
  lead: (signal: AbortSignal) => Promise<void>;
}

/**
 * One leader at a time, by a lease that followers judge by their own clock: they take over when they have seen no
 * renewal for a whole lease. It is no fence (a paused leader may wake up): every write is safe with two leaders.
 * Source: kubernetes/client-go tools/leaderelection.
 */
export class Elector {
  readonly #options: ElectorOptions;
  #seen: { record: LeaseRecord | undefined; at: number } | undefined;
  #leading = false;

  constructor(options: ElectorOptions) {
    this.#options = options;
  }

  get isLeading(): boolean {
    return this.#leading;
  }

  /** Stands for election until the signal is aborted; then gives the lease back, once its work has come to rest. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, followPeriod, log } = this.#options;
    while (!signal.aborted) {
      try {
        if (await this.#tryAcquire()) {
          await this.#leadUntilLost(signal);
          continue;
        }
      } catch (error) {
        log.warn({ err: error }, 'the lease could not be read or written');
      }
      await clock.sleep(followPeriod, signal).catch(() => {});
    }
  }

  async #leadUntilLost(signal: AbortSignal): Promise<void> {
    const { clock, lead, log, renewDeadline, retryPeriod, identity } = this.#options;
    const term = new AbortController();
    const end = () => term.abort(new Error('the process stops'));
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    this.#leading = true;
    log.info({ identity }, 'leads');
    const work = lead(term.signal).catch((error: unknown) => {
      log.error({ err: error }, 'leading failed');
      term.abort(error);
    });
    let renewedAt = clock.monotonic();
    while (!term.signal.aborted) {
      await clock.sleep(retryPeriod, term.signal).catch(() => {});
      if (term.signal.aborted) break;
      try {
        if (await this.#renew()) renewedAt = clock.monotonic();
        else term.abort(new Error('another process took the lease'));
      } catch (error) {
        log.warn({ err: error }, 'the lease could not be renewed');
      }
      if (clock.monotonic() - renewedAt > renewDeadline) term.abort(new Error('the lease ran out'));
    }
    this.#leading = false;
    signal.removeEventListener('abort', end);
    await work;
    log.info({ identity, reason: String(term.signal.reason) }, 'leads no more');
    await this.#release();
  }

  /** @returns true when the lease is ours */
  async #tryAcquire(): Promise<boolean> {
    const { clock, store } = this.#options;
    const record = await store.read();
    const now = clock.monotonic();
    if (this.#seen === undefined || this.#seen.record?.version !== record?.version) this.#seen = { record, at: now };
    const free = record === undefined || record.duration === 0 || now - this.#seen.at >= Math.max(record.duration, 1);
    return free && this.#write(record?.version);
  }

  #renew(): Promise<boolean> {
    return this.#write(this.#seen?.record?.version);
  }

  async #write(seen: number | undefined): Promise<boolean> {
    const { clock, identity, leaseDuration, store } = this.#options;
    const record = { holder: identity, version: (seen ?? 0) + 1, duration: leaseDuration };
    if (await store.write(record, seen)) {
      this.#seen = { record, at: clock.monotonic() };
      return true;
    }
    // The answer to an earlier write may have been lost: then the lease is ours under a version we did not note.
    const stored = await store.read();
    this.#seen = { record: stored, at: clock.monotonic() };
    return stored?.holder === identity && stored.duration > 0;
  }

  /** Gives the lease back, so that the next leader need not wait. */
  async #release(): Promise<void> {
    const seen = this.#seen?.record;
    if (seen?.holder !== this.#options.identity) return;
    try {
      await this.#options.store.write({ holder: '', version: seen.version + 1, duration: 0 }, seen.version);
    } catch (error) {
      this.#options.log.warn({ err: error }, 'the lease could not be given back');
    }
    this.#seen = undefined;
  }
}
