import { type Condition, MAX_MEETING_EVENTS, type Meeting, type MeetingEvent } from '@meetingbot/crds-schema';
import { timestamp } from './time.ts';

type News = Pick<MeetingEvent, 'type' | 'reason' | 'message'>;

/** Reasons and messages are cut to what Kubernetes takes. */
const MAX_MESSAGE = 1024;

/**
 * The Meeting with what its change means written into its history: in the same write, so that history and state
 * never disagree and cost nothing more. The same news again only counts up.
 * @param now - milliseconds since the epoch
 */
export function withEvents(before: Meeting, after: Meeting, now: number): Meeting {
  const news = newsOf(before, after);
  if (news.length === 0) return after;
  const time = timestamp(now);
  const events = news.reduce((history, item) => added(history, item, time), before.events ?? []);
  return { ...after, events: events.slice(-MAX_MEETING_EVENTS) };
}

function added(history: readonly MeetingEvent[], { type, reason, message }: News, time: string): MeetingEvent[] {
  const text = message.slice(0, MAX_MESSAGE);
  const same = history.find((event) => event.type === type && event.reason === reason && event.message === text);
  const others = history.filter((event) => event !== same);
  const event: MeetingEvent = {
    type,
    reason,
    message: text,
    count: (same?.count ?? 0) + 1,
    firstTimestamp: same?.firstTimestamp ?? time,
    lastTimestamp: time,
  };
  return [...others, event];
}

function newsOf(before: Meeting, after: Meeting): News[] {
  return [
    ...attemptNews(before, after),
    ...noticeNews(before, after),
    ...conditionNews(before, after),
    ...webhookNews(before, after),
    ...phaseNews(before, after),
  ];
}

function attemptNews(before: Meeting, after: Meeting): News[] {
  const last = after.status.attempts.at(-1);
  if (last === undefined) return [];
  const was = before.status.attempts.find(({ number }) => number === last.number);
  const news: News[] = [];
  if (was?.taskArn === undefined && last.taskArn !== undefined) {
    const task = last.taskArn.split('/').at(-1);
    news.push({
      type: 'Normal',
      reason: 'TaskStarted',
      message: `attempt ${last.number} (${last.mode}): task ${task}`,
    });
  }
  if (was?.stopTaskTime !== last.stopTaskTime && last.stopTaskTime !== undefined) {
    news.push({ type: 'Normal', reason: 'TaskStopRequested', message: `attempt ${last.number}: StopTask was called` });
  }
  if (was?.endTime === undefined && last.endTime !== undefined) {
    const code = last.exitCode === undefined ? '' : `, exit code ${last.exitCode}`;
    const message = `attempt ${last.number} ended: ${last.reason}${code}: ${last.message ?? ''}`;
    news.push({ type: last.exitCode === 0 ? 'Normal' : 'Warning', reason: 'AttemptEnded', message });
  }
  return news;
}

/** What a recorder could not do as it was wanted. */
function noticeNews(before: Meeting, after: Meeting): News[] {
  const { recorder } = after.status;
  const told = before.status.recorder?.attempt === recorder?.attempt ? before.status.recorder?.notices : undefined;
  const fresh = recorder?.notices?.filter(({ reason }) => !told?.some((notice) => notice.reason === reason)) ?? [];
  return fresh.map(({ reason, message }) => ({ type: 'Warning', reason, message }));
}

/** Waiting for one's turn is nothing to warn of. */
const WAITS = new Set(['WaitingForRecorder', 'WaitingForIdentity']);

/** Conditions that tell more than the phase does. */
const TOLD = new Set<Condition['type']>(['Joined', 'Recorded', 'Uploaded']);

function conditionNews(before: Meeting, after: Meeting): News[] {
  return after.status.conditions.flatMap((condition) => {
    const was = before.status.conditions.find(({ type }) => type === condition.type);
    const same = was?.status === condition.status && was.reason === condition.reason;
    if (same || (!TOLD.has(condition.type) && condition.status === 'True')) return [];
    if (condition.type === 'Notified') return [];
    const good = condition.status === 'True';
    return [
      {
        type: good || WAITS.has(condition.reason) ? ('Normal' as const) : ('Warning' as const),
        reason: good ? condition.type : condition.reason,
        message: condition.message,
      },
    ];
  });
}

function webhookNews(before: Meeting, after: Meeting): News[] {
  const { webhook } = after.status;
  const tries = (webhook?.attempts ?? 0) - (before.status.webhook?.attempts ?? 0);
  if (webhook === undefined || tries <= 0) return [];
  const { attempts, deliveredAt, lastDurationMs, lastError, lastStatusCode, nextAttemptAt } = webhook;
  const delivered = deliveredAt !== undefined;
  const said = lastError ?? `answered ${lastStatusCode}`;
  const took = lastDurationMs === undefined ? '' : ` after ${lastDurationMs} ms`;
  const news: News[] = [
    {
      type: delivered ? 'Normal' : 'Warning',
      reason: delivered ? 'WebhookDelivered' : 'WebhookFailed',
      message: `try ${attempts}${took}: ${said}`,
    },
  ];
  if (!delivered && nextAttemptAt === undefined) {
    news.push({ type: 'Warning', reason: 'WebhookGivenUp', message: `no try is left after ${attempts}: ${said}` });
  }
  return news;
}

function phaseNews(before: Meeting, after: Meeting): News[] {
  const { phase, reason, outcome, message } = after.status;
  if (before.status.phase === phase) return [];
  switch (phase) {
    case 'Completed':
    case 'Cancelled':
      return [{ type: 'Normal', reason: phase, message: `${outcome}, ${reason}: ${message ?? ''}` }];
    case 'Failed':
      return [{ type: 'Warning', reason: phase, message: `${outcome}, ${reason}: ${message ?? ''}` }];
    case 'Scheduled':
      return [{ type: 'Normal', reason: phase, message: `to be launched ahead of ${after.spec.startAt}` }];
    case 'Recording':
      return [{ type: 'Normal', reason: 'RecordingStarted', message: 'media goes to S3 as it is captured' }];
    default:
      return [];
  }
}
