import type { Condition, ConditionType, Meeting } from '@meetingbot/crds-schema';
import { timestamp } from './time.ts';

/** No message of a condition is longer. */
const MAX_MESSAGE = 1024;
/** So much of a message's end is kept where it is too long: a link to the evidence stands there. */
const KEPT_END = 300;

/** The condition of a type, once it was set. */
export function conditionOf({ status }: Pick<Meeting, 'status'>, wanted: ConditionType): Condition | undefined {
  return status.conditions.find(({ type }) => type === wanted);
}

/**
 * The conditions with one of them set. `lastTransitionTime` moves only when the status does,
 * as Kubernetes' conventions want it.
 * @param now - milliseconds since the epoch
 */
export function withCondition(
  meeting: Meeting,
  now: number,
  condition: { type: ConditionType; status: Condition['status']; reason: string; message: string },
): Condition[] {
  const before = conditionOf(meeting, condition.type);
  const next: Condition = {
    ...condition,
    message: shortened(condition.message),
    lastTransitionTime: before?.status === condition.status ? before.lastTransitionTime : timestamp(now),
    observedGeneration: meeting.metadata.generation,
  };
  return before === undefined
    ? [...meeting.status.conditions, next]
    : meeting.status.conditions.map((each) => (each.type === condition.type ? next : each));
}

function shortened(message: string): string {
  if (message.length <= MAX_MESSAGE) return message;
  return `${message.slice(0, MAX_MESSAGE - KEPT_END - 1)}…${message.slice(-KEPT_END)}`;
}
