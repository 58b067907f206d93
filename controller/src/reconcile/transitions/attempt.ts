import { type Attempt, isTerminal, type Meeting } from '@meetingbot/crds-schema';
import type { TaskObservation } from '../../ports.ts';
import type { AttemptEnd } from '../attempt-end.ts';
import { timestamp } from '../time.ts';
import { patch, replaceLast } from './patch.ts';

export function stopNoted(meeting: Meeting, now: number): Meeting {
  return patch(meeting, { attempts: replaceLast(meeting, { stopRequestedTime: timestamp(now) }) });
}

export function stopSent(meeting: Meeting, now: number): Meeting {
  return patch(meeting, { attempts: replaceLast(meeting, { stopTaskTime: timestamp(now) }) });
}

/** The task is gone. `retryAt`: when the next launch would be due, if one follows. */
export function attemptEnded(
  meeting: Meeting,
  end: AttemptEnd,
  task: TaskObservation | undefined,
  retryAt: number,
  now: number,
): Meeting {
  const attempts = replaceLast(meeting, {
    endTime: timestamp(now),
    ...end,
    ...(task?.startedAt === undefined ? {} : { runningTime: timestamp(task.startedAt) }),
    ...(task?.exitCode === undefined ? {} : { exitCode: task.exitCode }),
    ...(task?.stopCode === undefined ? {} : { stopCode: task.stopCode }),
    ...resourcesOf(task, now),
  });
  const goesOn = !isTerminal(meeting.status.phase) && meeting.status.reason === undefined;
  return patch(meeting, {
    attempts,
    ...(goesOn ? { phase: 'Pending', message: end.message, retryAt: timestamp(retryAt) } : {}),
  });
}

/** What the task cost, where ECS still knew it. */
function resourcesOf(task: TaskObservation | undefined, now: number): Pick<Attempt, 'resources'> {
  const began = task?.pullStartedAt ?? task?.createdAt;
  if (task?.size === undefined || began === undefined) return {};
  return { resources: { ...task.size, seconds: Math.max(0, (task.stoppedAt ?? now) - began) / 1000 } };
}
