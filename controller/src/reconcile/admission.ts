import type { Meeting } from '@meetingbot/crds-schema';
import { decide } from './decide.ts';
import { dueAtOf } from './due.ts';
import { withEvents } from './events.ts';
import type { Policy } from './policy.ts';
import * as to from './transitions/index.ts';

/**
 * A new Meeting as it is first written, and when the reconciler must see it. One whose start is ahead is `Scheduled`
 * by the write that makes it: until then there is nothing to reconcile, and no second write.
 * @param now - milliseconds since the epoch, as is `dueAt`
 */
export function admitted(meeting: Meeting, now: number, policy: Policy): { meeting: Meeting; dueAt: number } {
  if (decide(meeting, { delivering: false }, now, policy).do !== 'schedule') return { meeting, dueAt: now };
  const scheduled = to.scheduled(meeting);
  return { meeting: withEvents(meeting, scheduled, now), dueAt: dueAtOf(scheduled, now, policy) ?? now };
}
