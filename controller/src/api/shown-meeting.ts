import type { Meeting } from '@meetingbot/crds-schema';

/** A Meeting as clients see it. */
export type ShownMeeting = Omit<Meeting, 'events'>;

/** Without its history, which is stored with it and shown as events. */
export function shown(meeting: Meeting): ShownMeeting {
  const { events: _, ...rest } = meeting;
  return rest;
}
