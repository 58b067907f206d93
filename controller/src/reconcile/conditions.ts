import type { Condition, ConditionType, Meeting } from '@meetingbot/crds-schema';
import { timestamp } from './time.ts';

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
    message: condition.message.slice(0, 1024),
    lastTransitionTime: before?.status === condition.status ? before.lastTransitionTime : timestamp(now),
    observedGeneration: meeting.metadata.generation,
  };
  return before === undefined
    ? [...meeting.status.conditions, next]
    : meeting.status.conditions.map((each) => (each.type === condition.type ? next : each));
}
