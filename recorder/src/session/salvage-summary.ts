import type { EndReason, Meeting } from '@meetingbot/crds-schema';
import type { RecordingSummary } from '../upload/index.ts';

/**
 * What the Meeting's record says of a recording whose recorders were lost: why the last of them ended, and when the
 * meeting was over for it, so that what is missing up to then is a gap.
 */
export function summaryOfLost(meeting: Pick<Meeting, 'spec' | 'status'>): RecordingSummary {
  const { joinedAt, reason, attempts } = meeting.status;
  const lost = attempts.findLast(({ mode }) => mode === 'record');
  const endedAt = endOfLost(meeting);
  return {
    reason: (reason ?? lost?.reason ?? 'RecorderLost') as EndReason,
    ...(joinedAt === undefined ? {} : { joinedAt: Date.parse(joinedAt) }),
    ...(endedAt === undefined ? {} : { endedAt }),
  };
}

/** The first of what is known to have ended it. Wall clock, milliseconds; undefined: nothing is known. */
function endOfLost({ spec, status }: Pick<Meeting, 'spec' | 'status'>): number | undefined {
  const { joinedAt, attempts, recorder } = status;
  const lost = attempts.findLast(({ mode }) => mode === 'record');
  const leaves = recorder?.phase === 'Finalizing' || recorder?.phase === 'Done';
  const ends = [
    millis(lost?.endTime),
    millis(lost?.stopRequestedTime),
    // It had left the meeting before it was lost.
    leaves && recorder.attempt === lost?.number ? millis(recorder.at) : undefined,
    joinedAt === undefined ? undefined : Date.parse(joinedAt) + spec.leave.maxSeconds * 1000,
  ].filter((time) => time !== undefined);
  return ends.length === 0 ? undefined : Math.min(...ends);
}

const millis = (time: string | undefined): number | undefined => (time === undefined ? undefined : Date.parse(time));
