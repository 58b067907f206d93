import type { Attempt, Meeting, MeetingStatus } from '@meetingbot/crds-schema';

/** The Meeting with another status, of the spec as it is now. */
export function patch(meeting: Meeting, status: Partial<MeetingStatus>): Meeting {
  return {
    ...meeting,
    status: { ...meeting.status, observedGeneration: meeting.metadata.generation, ...status },
  };
}

/** The Meeting without these fields of its status. */
export function without<K extends keyof MeetingStatus>(meeting: Meeting, ...fields: K[]): Meeting {
  const status = { ...meeting.status };
  for (const field of fields) delete status[field];
  return { ...meeting, status };
}

/** The attempts with the newest one changed. */
export function replaceLast(meeting: Meeting, change: Partial<Attempt>): Attempt[] {
  const { attempts } = meeting.status;
  const last = attempts.at(-1);
  if (last === undefined) throw new Error(`${meeting.metadata.name}: there is no attempt to change`);
  return [...attempts.slice(0, -1), { ...last, ...change }];
}
