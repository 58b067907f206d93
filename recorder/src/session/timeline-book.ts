import type { ManifestTake, Timeline, TimelineEvent } from '@meetingbot/crds-schema';
import type { ShownPerson } from '../platforms/index.ts';

/** Pages draw themselves anew: who is not shown for less than this has not left, and who pauses has not stopped. */
const LEFT_MS = 5000;
const SILENT_MS = 1500;
/** A meeting of a day with everybody talking has fewer. */
const MAX_EVENTS = 50_000;

/** An event as it was seen; media times follow when the recording is whole. */
export type SeenEvent = Omit<TimelineEvent, 'media' | 'at'> & { readonly at: number };

interface Presence {
  seenAt: number;
  isIn: boolean;
  spokenAt: number | undefined;
}

/** Keeps the books of who was there and who spoke. Times are wall clock, milliseconds. */
export class TimelineBook {
  readonly #people = new Map<string, Presence>();
  readonly #events: SeenEvent[] = [];

  get events(): readonly SeenEvent[] {
    return this.#events;
  }

  /** Takes what one look at the call showed. */
  look(people: readonly ShownPerson[], now: number): void {
    for (const { name, self, speaking } of people) {
      if (self) continue;
      const known = this.#people.get(name) ?? { seenAt: now, isIn: false, spokenAt: undefined };
      if (!known.isIn) this.#note('joined', name, now);
      if (speaking && known.spokenAt === undefined) this.#note('speaking', name, now);
      this.#people.set(name, { seenAt: now, isIn: true, spokenAt: speaking ? now : known.spokenAt });
    }
    for (const [name, presence] of this.#people) {
      if (presence.spokenAt !== undefined && now - presence.spokenAt >= SILENT_MS) {
        this.#note('silent', name, presence.spokenAt);
        presence.spokenAt = undefined;
      }
      if (presence.isIn && now - presence.seenAt >= LEFT_MS) {
        presence.isIn = false;
        this.#note('left', name, presence.seenAt);
      }
    }
  }

  #note(kind: SeenEvent['kind'], name: string, at: number): void {
    if (this.#events.length < MAX_EVENTS) this.#events.push({ kind, name, at });
  }
}

/** The time line with media times; undefined where nobody was ever shown. */
export function timelineOf(
  uid: string,
  seen: readonly SeenEvent[],
  takes: readonly ManifestTake[],
): Timeline | undefined {
  if (seen.length === 0) return undefined;
  const events = [...seen].sort((a, b) => a.at - b.at);
  return {
    version: 1,
    uid,
    participants: [...new Set(events.map(({ name }) => name))],
    events: events.map(({ kind, name, at }) => ({
      ...{ kind, name, at: new Date(at).toISOString(), media: mediaTimeOf(at, takes) },
    })),
  };
}

/** Where a moment is in the recording, in seconds; what no take holds is where the next one begins, or at the end. */
export function mediaTimeOf(at: number, takes: readonly ManifestTake[]): number {
  for (const { startedAt, mediaStart, durationSeconds } of takes) {
    const offset = (at - Date.parse(startedAt)) / 1000;
    if (offset < durationSeconds) return round(mediaStart + Math.max(0, offset));
  }
  const last = takes.at(-1);
  return last === undefined ? 0 : round(last.mediaStart + last.durationSeconds);
}

const round = (seconds: number): number => Math.round(seconds * 1000) / 1000;
