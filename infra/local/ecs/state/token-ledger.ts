import type { Clock } from '@meetingbot/crds-schema';
import type { Journal } from './journal.ts';

/** What one RunTask call with a client token came to. */
export interface TokenEntry {
  readonly cluster: string;
  readonly token: string;
  /** Hash of all other parameters of the call. */
  readonly requestHash: string;
  readonly taskIds: readonly string[];
  readonly failures: readonly { readonly arn?: string; readonly reason: string; readonly detail?: string }[];
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

const dayMs = 24 * 3_600_000;
const key = (cluster: string, token: string) => `${cluster} ${token}`;

/**
 * Client tokens, one scope a cluster. A token lives for 24 hours, or until an hour after the last of its tasks stopped
 * where that is sooner. Source: ECS API reference, "Ensuring idempotency".
 */
export class TokenLedger {
  readonly #entries = new Map<string, TokenEntry>();
  readonly #journal: Journal;
  readonly #clock: Clock;

  constructor(deps: { journal: Journal; clock: Clock }) {
    this.#journal = deps.journal;
    this.#clock = deps.clock;
  }

  /** Takes in an entry read from disk. */
  add(entry: TokenEntry): void {
    this.#entries.set(key(entry.cluster, entry.token), entry);
  }

  save(entry: TokenEntry): void {
    this.add(entry);
    this.#journal.write({ kind: 'token', key: key(entry.cluster, entry.token), value: entry });
  }

  find(cluster: string, token: string): TokenEntry | undefined {
    for (const entry of this.#entries.values()) {
      if (entry.createdAt > this.#clock.now() - dayMs) break;
      this.#remove(entry);
    }
    return this.#entries.get(key(cluster, token));
  }

  /** Ends a token of which no task is known any more. */
  forget(cluster: string, token: string, isKnown: (taskId: string) => boolean): void {
    const entry = this.#entries.get(key(cluster, token));
    if (entry !== undefined && !entry.taskIds.some(isKnown)) this.#remove(entry);
  }

  #remove(entry: TokenEntry): void {
    this.#entries.delete(key(entry.cluster, entry.token));
    this.#journal.write({ kind: 'token', key: key(entry.cluster, entry.token) });
  }
}
