import { keyString, type Meeting, type RecorderReport } from '@meetingbot/crds-schema';

/** The last word of a recorder, as this process heard it. */
export interface Heartbeat {
  attempt: number;
  /** Milliseconds since the epoch, by our clock. */
  at: number;
  report: RecorderReport;
}

/** Heartbeats are kept in memory only: no write for what is news for a few seconds. */
export class Heartbeats {
  readonly #last = new Map<string, Heartbeat>();

  /** @param now - milliseconds since the epoch */
  record(meeting: Meeting, report: RecorderReport, now: number): void {
    this.#last.set(keyString(meeting.metadata), { attempt: report.attempt, at: now, report });
  }

  /** The last word of the given attempt's recorder. */
  of(key: string, attempt: number): Heartbeat | undefined {
    const last = this.#last.get(key);
    return last?.attempt === attempt ? last : undefined;
  }

  forget(key: string): void {
    this.#last.delete(key);
  }

  /** All that are kept, for metrics. */
  values(): IterableIterator<Heartbeat> {
    return this.#last.values();
  }
}
