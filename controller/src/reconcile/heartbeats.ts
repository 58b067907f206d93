import { keyString, type Meeting, type Platform, type RecorderReport } from '@meetingbot/crds-schema';

/** The last word of a recorder, as this process heard it. */
export interface Heartbeat {
  uid: string;
  attempt: number;
  namespace: string;
  platform: Platform;
  /** The place of its attempt, from 1. */
  slot?: number;
  /** Milliseconds since the epoch, by our clock. */
  at: number;
  report: RecorderReport;
}

/** Heartbeats are kept in memory only: no write for what is news for a few seconds. */
export class Heartbeats {
  readonly #last = new Map<string, Heartbeat>();

  /** @param now - milliseconds since the epoch */
  record({ metadata, spec, status }: Meeting, report: RecorderReport, now: number): void {
    const { attempt } = report;
    const { uid } = metadata;
    const before = this.of(metadata, attempt);
    const slot = status.attempts.find(({ number }) => number === attempt)?.slot;
    this.#last.set(keyString(metadata), {
      uid,
      attempt,
      namespace: metadata.namespace,
      platform: spec.platform,
      ...(slot === undefined ? {} : { slot }),
      at: now,
      // An older word that comes late is a sign of life and no more.
      report: before !== undefined && before.report.sequence > report.sequence ? before.report : report,
    });
  }

  /** The last word of the given attempt's recorder. */
  of(metadata: Meeting['metadata'], attempt: number): Heartbeat | undefined {
    const last = this.#last.get(keyString(metadata));
    return last?.uid === metadata.uid && last.attempt === attempt ? last : undefined;
  }

  forget(key: string): void {
    this.#last.delete(key);
  }

  /** All that are kept, for metrics. */
  values(): IterableIterator<Heartbeat> {
    return this.#last.values();
  }
}
