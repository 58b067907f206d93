import { ANY_IDENTITY, type BrowserIdentity, keyString, type MeetingKey, type Platform } from '@meetingbot/crds-schema';

/** Which of the identities that a Meeting asks for it may try to take, the best first; or those that it waits for. */
export type IdentityAnswer = { kind: 'free' | 'taken'; names: readonly string[] } | { kind: 'unknown' };

/**
 * Who may be signed in as whom, as far as this process knows: whoever has waited longest is served first, and `any` goes
 * round the identities, as a platform may look askance at an account that is in every meeting.
 * Held in memory, so it spares calls and keeps the order; that an identity has one recorder at most is kept by
 * `claimIdentity`.
 */
export class Identities {
  readonly #identities: readonly BrowserIdentity[];
  readonly #wake: (key: string) => void;
  /** Names by the Meeting that holds them. */
  readonly #held = new Map<string, string>();
  /** Names that each waiting Meeting would take, in the order they came. */
  readonly #waiting = new Map<string, readonly string[]>();
  /** When each name was taken last, counted. */
  readonly #takenAt = new Map<string, number>();
  #takes = 0;

  /** @param wake - called with the key of a waiting Meeting when it may ask again */
  constructor(identities: readonly BrowserIdentity[], wake: (key: string) => void) {
    this.#identities = identities;
    this.#wake = wake;
  }

  /** Where an identity's profile lies; undefined: it is in no setting any more. */
  secretOf(name: string): string | undefined {
    return this.#identities.find((identity) => identity.name === name)?.secret;
  }

  /** Forgets everybody. */
  clear(): void {
    this.#held.clear();
    this.#waiting.clear();
  }

  /** Notes that a Meeting's recorder is signed in. */
  hold(key: MeetingKey, name: string): void {
    const id = keyString(key);
    this.#waiting.delete(id);
    if (this.#held.get(id) === name) return;
    this.#held.set(id, name);
    this.#takenAt.set(name, ++this.#takes);
  }

  /** @param wanted - a name, or {@link ANY_IDENTITY} */
  ask(key: MeetingKey, wanted: string, platform: Platform): IdentityAnswer {
    const names = this.#identities
      .filter((identity) => identity.platform === platform && (wanted === ANY_IDENTITY || identity.name === wanted))
      .map(({ name }) => name);
    if (names.length === 0) return { kind: 'unknown' };
    const id = keyString(key);
    this.#waiting.set(id, names);
    const free = this.#served().get(id);
    return free === undefined ? { kind: 'taken', names } : { kind: 'free', names: free };
  }

  /**
   * The Meeting has no recorder.
   * @param isWaiting - it keeps its place among those that wait
   */
  release(key: MeetingKey, isWaiting: boolean): void {
    const id = keyString(key);
    const hadOne = this.#held.delete(id);
    const left = !isWaiting && this.#waiting.delete(id);
    if (!hadOne && !left) return;
    for (const next of this.#served().keys()) this.#wake(next);
  }

  /** Those waiting Meetings that would be served now, and what each may take. */
  #served(): Map<string, readonly string[]> {
    const busy = new Set(this.#held.values());
    const served = new Map<string, readonly string[]>();
    for (const [id, names] of this.#waiting) {
      const free = names.filter((name) => !busy.has(name)).sort((a, b) => this.#age(a) - this.#age(b));
      const [first] = free;
      if (first === undefined) continue;
      served.set(id, free);
      busy.add(first);
    }
    return served;
  }

  #age(name: string): number {
    return this.#takenAt.get(name) ?? 0;
  }
}
