import { keyString, type Meeting } from '@meetingbot/crds-schema';

/** Versions that are remembered, those of the Meetings worked on last. */
const CAPACITY = 10_000;

/**
 * Meetings that this process has just written outside the reconciler, so that the run which that calls for need not read
 * them. One may be older than what is stored by then: every write says which version it replaces, and a run that loses
 * reads. It is never older than what a run has seen, which would undo what that run has planned.
 */
export class Handed {
  readonly #meetings = new Map<string, Meeting>();
  readonly #seen = new Map<string, number>();

  put(meeting: Meeting): void {
    const id = keyString(meeting.metadata);
    const newest = Math.max(this.#seen.get(id) ?? 0, versionOf(this.#meetings.get(id)));
    if (versionOf(meeting) > newest) this.#meetings.set(id, meeting);
  }

  /** What was put and not taken yet. */
  take(id: string): Meeting | undefined {
    const meeting = this.#meetings.get(id);
    this.#meetings.delete(id);
    return meeting;
  }

  /** A run has read or written this. */
  saw(meeting: Meeting): void {
    const id = keyString(meeting.metadata);
    const version = versionOf(meeting);
    if (versionOf(this.#meetings.get(id)) <= version) this.#meetings.delete(id);
    // Set anew, it is the last to be forgotten.
    this.#seen.delete(id);
    this.#seen.set(id, version);
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > CAPACITY && oldest !== undefined) this.#seen.delete(oldest);
  }

  clear(): void {
    this.#meetings.clear();
    this.#seen.clear();
  }
}

function versionOf(meeting: Meeting | undefined): number {
  return Number(meeting?.metadata.resourceVersion ?? 0);
}
