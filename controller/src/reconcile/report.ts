import {
  isTerminal,
  type Meeting,
  type MeetingStatus,
  type Phase,
  type RecorderPhase,
  type RecorderReport,
} from '@meetingbot/crds-schema';
import { openAttempt } from './attempts.ts';
import { withCondition } from './conditions.ts';
import { dueAtOf } from './due.ts';
import { withEvents } from './events.ts';
import type { Policy } from './policy.ts';
import { millis, timestamp } from './time.ts';

/**
 * What a report changes. `stale`: it is of an attempt that is over; `heartbeat`: nothing that is worth a write;
 * `told`: a recorder's end, which the reconciler of this process writes together with what follows from it.
 */
export type ReportEffect =
  | { kind: 'stale' }
  | { kind: 'heartbeat' }
  | { kind: 'told' }
  | { kind: 'changed'; meeting: Meeting; dueAt: number | undefined };

const PHASE: Record<RecorderPhase, Phase> = {
  Joining: 'Joining',
  Lobby: 'Lobby',
  Recording: 'Recording',
  Finalizing: 'Finalizing',
  Done: 'Finalizing',
};

/** Another replica's word for a heartbeat is written down when the last written one is older than this share of the limit. */
const SHARE_OF_SILENCE = 3;

/**
 * The Meeting as a recorder's report leaves it: its corner, and the phase and conditions that follow from it,
 * for one write. A phase never goes back within an attempt, and a known end stays known.
 * @param now - milliseconds since the epoch
 * @param isLeading - false: this process does not judge silence, so the one that does must find the word in the store
 */
export function applyReport(
  meeting: Meeting,
  report: RecorderReport,
  now: number,
  policy: Policy,
  isLeading = true,
): ReportEffect {
  const attempt = openAttempt(meeting);
  if (attempt?.number !== report.attempt || attempt.mode !== 'record') return { kind: 'stale' };
  const before = meeting.status.recorder?.attempt === report.attempt ? meeting.status.recorder : undefined;
  if (before !== undefined && report.sequence <= before.sequence) return { kind: 'heartbeat' };
  const news =
    before === undefined ||
    before.phase !== report.phase ||
    (before.notices?.length ?? 0) < (report.notices?.length ?? 0) ||
    (before.result === undefined && report.result !== undefined) ||
    (before.recordingStartedAt === undefined && report.recordingStartedAt !== undefined);
  if (!news || before?.result !== undefined) return isLeading ? { kind: 'heartbeat' } : heard(meeting, now, policy);
  // What S3 proves needs no write of its own: it goes with the verdict, which follows at once.
  if (isLeading && before?.phase === 'Finalizing' && report.result?.manifest === true) return { kind: 'told' };
  const told = withEvents(meeting, withReport(meeting, report, now), now);
  return { kind: 'changed', meeting: told, dueAt: report.result === undefined ? dueAtOf(told, now, policy) : now };
}

/**
 * The Meeting with the recorder's word in its corner, and the phase and conditions that follow from it.
 * @param now - when it was heard, milliseconds since the epoch
 */
export function withReport(meeting: Meeting, report: RecorderReport, now: number): Meeting {
  const { health: _, ...corner } = report;
  const decided = isTerminal(meeting.status.phase) || meeting.status.reason !== undefined;
  const next: Meeting = {
    ...meeting,
    status: {
      ...meeting.status,
      recorder: corner,
      lastHeartbeatAt: timestamp(now),
      phase: decided ? meeting.status.phase : PHASE[report.phase],
      ...firsts(meeting, report),
    },
  };
  next.status.conditions = conditionsAfter(next, report, now);
  return next;
}

function heard(meeting: Meeting, now: number, policy: Policy): ReportEffect {
  const writtenAt = millis(meeting.status.lastHeartbeatAt) ?? 0;
  if (now - writtenAt < policy.silenceLimit / SHARE_OF_SILENCE) return { kind: 'heartbeat' };
  const next = { ...meeting, status: { ...meeting.status, lastHeartbeatAt: timestamp(now) } };
  return { kind: 'changed', meeting: next, dueAt: dueAtOf(next, now, policy) };
}

/** What a Meeting reaches once, however many recorders it takes. */
function firsts({ status }: Meeting, report: RecorderReport): Partial<MeetingStatus> {
  const lobbyAt = status.lobbyAt ?? (report.phase === 'Lobby' && status.joinedAt === undefined ? report.at : undefined);
  const joinedAt = status.joinedAt ?? report.joinedAt;
  const recordingStartedAt = status.recordingStartedAt ?? report.recordingStartedAt;
  return {
    ...(lobbyAt === undefined ? {} : { lobbyAt }),
    ...(joinedAt === undefined ? {} : { joinedAt }),
    ...(recordingStartedAt === undefined ? {} : { recordingStartedAt }),
  };
}

function conditionsAfter(meeting: Meeting, report: RecorderReport, now: number) {
  const launched = withCondition(meeting, now, {
    type: 'Launched',
    status: 'True',
    reason: 'RecorderReported',
    message: `recorder of attempt ${report.attempt} is at work`,
  });
  const joining = { ...meeting, status: { ...meeting.status, conditions: launched } };
  if (report.joinedAt === undefined) {
    return report.phase === 'Lobby'
      ? withCondition(joining, now, {
          type: 'Joined',
          status: 'False',
          reason: 'WaitingInLobby',
          message: 'the host has not let us in yet',
        })
      : launched;
  }
  return withCondition(joining, now, { type: 'Joined', status: 'True', reason: 'Admitted', message: 'in the call' });
}
