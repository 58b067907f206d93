import type { Meeting, MeetingKey } from '@meetingbot/crds-schema';

/** A Meeting that was written (or removed) at a version. */
export interface ChangedKey {
  key: MeetingKey;
  /** resourceVersion of its newest change. */
  version: string;
}

/** A Meeting as it is now; `isGone`: as it was last, its resourceVersion that of its removal. */
export interface StoredVersion {
  meeting: Meeting;
  isGone: boolean;
}

/** What was removed is remembered for so long, so that watches learn of it. Milliseconds. */
export const REMEMBER_GONE_MS = 60 * 60_000;

/** What was changed lately, by whichever replica. */
export interface ChangeLog {
  /**
   * Keys of all that has a greater version; one entry a Meeting, its newest. Eventually consistent.
   * @param limit - at most so many a part of the index; who gets as many has not got all
   */
  changedSince(version: string, limit: number): Promise<ChangedKey[]>;
  /** Those of them that exist, or did within REMEMBER_GONE_MS; strongly consistent, in any order. */
  read(keys: readonly MeetingKey[]): Promise<StoredVersion[]>;
  /** Forgets what was removed REMEMBER_GONE_MS before `now`, milliseconds. @returns how many there were */
  forgetGone(now: number): Promise<number>;
}

/** Told of what passes through a store, so that a replica knows its own writes without reading them. */
export interface StoreObserver {
  /** Of each accepted write. `DELETED`: the last state, with the version of its removal. */
  written(type: 'ADDED' | 'MODIFIED' | 'DELETED', meeting: Meeting): void;
  /** Of each Meeting that was read. */
  read(meeting: Meeting): void;
}
