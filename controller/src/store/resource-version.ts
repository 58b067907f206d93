import type { Clock } from '@meetingbot/crds-schema';

/**
 * Issues resourceVersions: decimal strings from a hybrid logical clock, max(now in µs, previous + 1).
 * They grow with every write of one object and of one process, and across processes to within the skew of
 * their clocks. Clients take them as opaque.
 */
export class VersionClock {
  readonly #clock: Pick<Clock, 'now'>;
  #last = 0;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** @param previous - the version that is being replaced; the new one is greater */
  next(previous?: string): string {
    const floor = Math.max(this.#last, previous === undefined ? 0 : Number(previous));
    this.#last = Math.max(Math.floor(this.#clock.now() * 1000), floor + 1);
    return String(this.#last);
  }
}
