import { type MeetingIdentity, parseTakeKey } from '@meetingbot/crds-schema';

/** How many takes these keys of a Meeting tell of. */
export function takesAmong(meeting: MeetingIdentity, keys: readonly string[]): number {
  return Math.max(0, ...keys.map((key) => parseTakeKey(meeting, key)?.take ?? 0));
}
