import { isTerminal } from '@meetingbot/crds-schema';
import { openAttempt } from '../reconcile/attempts.ts';
import { wantsResend } from '../reconcile/decide-afterwards.ts';
import { describe } from './describe.ts';
import type { World } from './world.ts';

/** true when nothing is left to do for any Meeting. */
export function isAtRest(world: World): boolean {
  for (const meeting of world.table.items.values()) {
    const { status, metadata, spec } = meeting;
    if (!isTerminal(status.phase) || metadata.deletionTimestamp !== undefined) return false;
    if (spec.retentionDays !== undefined || wantsResend(meeting) || openAttempt(meeting) !== undefined) return false;
  }
  return tasksLeft(world).length === 0;
}

/** What is left to do, in words. */
export function unrest(world: World): string {
  const meetings = [...world.table.items.values()].map((meeting) => describe(undefined, meeting));
  return [...meetings, ...tasksLeft(world).map(({ taskArn, state }) => `${taskArn} ${state}`)].join('; ');
}

function tasksLeft(world: World) {
  return [...world.ecs.tasks.values()].filter(({ state }) => state !== 'Stopped');
}
