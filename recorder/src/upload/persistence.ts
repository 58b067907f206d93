import type { Clock, Logger } from '@meetingbot/crds-schema';
import { isStoreError, ObjectStoreError, type StoreErrorCode } from './object-store.ts';

/** Back-off between tries, in milliseconds: doubled each time up to the cap, then a random share of it is waited. */
const FIRST_MS = 200;
const CAP_MS = 10_000;
/** A refusal is mended by people, not by haste. */
const REFUSED_CAP_MS = 30_000;

/** What a recording waits for: the store to come back, and people to permit it what it was refused. */
const WAITS_FOR: readonly StoreErrorCode[] = ['Unavailable', 'Refused'];

export interface PersistenceOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** From 0 to 1, 1 excluded. */
  readonly random: () => number;
  /** Ends all tries. */
  readonly signal: AbortSignal;
  /** Answers after which a call is tried again. Default `Unavailable` and `Refused`. */
  readonly waitsFor?: readonly StoreErrorCode[];
}

/** Tries calls to the store again, until they succeed or its signal says that it is enough. */
export class Persistence {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #random: () => number;
  readonly #signal: AbortSignal;
  readonly #waitsFor: readonly StoreErrorCode[];
  readonly #faults = new Map<symbol, ObjectStoreError>();
  /** One for each try that is under way. */
  readonly #tries = new Set<AbortController>();
  #tryMs: number | undefined;

  constructor(options: PersistenceOptions) {
    this.#clock = options.clock;
    this.#log = options.log;
    this.#random = options.random;
    this.#signal = options.signal;
    this.#waitsFor = options.waitsFor ?? WAITS_FOR;
  }

  /** What the store last answered to a call that has not succeeded yet; undefined while all is well. */
  get fault(): ObjectStoreError | undefined {
    return [...this.#faults.values()].at(-1);
  }

  /** One try, for whoever can do without its result: what the store answers to it is no fault. */
  once<T>(act: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.#try(act);
  }

  /**
   * There is not much time left: each try that is under way, and each later one, ends after `ms` milliseconds, so that
   * one that hangs does not take all of it.
   */
  hurry(ms: number): void {
    this.#tryMs = ms;
    for (const cut of this.#tries) this.#cutAfter(ms, cut);
  }

  /**
   * Calls `act` until it succeeds. `what` names the call in the log.
   * @throws what the store answers when trying again is pointless (all codes that are not waited for), or the signal's
   * reason.
   */
  async until<T>(what: string, act: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const id = Symbol(what);
    for (let tries = 1; ; tries++) {
      this.#signal.throwIfAborted();
      try {
        const result = await this.#try(act);
        this.#faults.delete(id);
        return result;
      } catch (error) {
        // What was given up stays as the fault: it says why.
        this.#signal.throwIfAborted();
        if (!isStoreError(error, ...this.#waitsFor)) {
          this.#faults.delete(id);
          throw error;
        }
        this.#faults.set(id, error);
        const cap = error.code === 'Refused' ? REFUSED_CAP_MS : CAP_MS;
        const wait = Math.min(cap, FIRST_MS * 2 ** Math.min(tries - 1, 20)) * (0.5 + this.#random() / 2);
        this.#log.warn({ what, tries, waitMs: Math.round(wait), err: error }, 'S3 call failed, will be tried again');
        await this.#clock.sleep(wait, this.#signal);
      }
    }
  }

  async #try<T>(act: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const cut = new AbortController();
    this.#tries.add(cut);
    if (this.#tryMs !== undefined) this.#cutAfter(this.#tryMs, cut);
    try {
      return await act(AbortSignal.any([this.#signal, cut.signal]));
    } catch (error) {
      this.#signal.throwIfAborted();
      throw cut.signal.aborted ? cut.signal.reason : error;
    } finally {
      this.#tries.delete(cut);
      cut.abort();
    }
  }

  #cutAfter(ms: number, cut: AbortController): void {
    const cutOff = () => cut.abort(new ObjectStoreError('Unavailable', `no answer within the ${ms} ms that were left`));
    this.#clock.sleep(ms, cut.signal).then(cutOff, () => undefined);
  }
}
