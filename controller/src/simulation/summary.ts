import type { SimulatedTask } from './ecs.ts';
import type { Mishap } from './fate.ts';
import type { World } from './world.ts';

/** Mishaps that come where a recorder is in its work, and not at a time. */
const UNTIMED: readonly Mishap['kind'][] = [
  'hangsAtEnd',
  'exitsWithoutManifest',
  'tellsByExitCodeOnly',
  'diesBetweenUploads',
];

/** true when the end is a matter of time, so that a controller that was away for a while may see another. */
const isTimed = ({ recorder, fate: { mishap, startMs } }: SimulatedTask) =>
  recorder.isHung || startMs === undefined || (mishap !== undefined && !UNTIMED.includes(mishap.kind));

/** How Meetings ended, without times, versions and names of tasks: what no fault of the controller may change. */
export type Summary = Readonly<Record<string, unknown>>;

export function summaryOf(world: World): Summary | undefined {
  if ([...world.ecs.tasks.values()].some(isTimed)) return undefined;
  const ends = [...world.known.values()].map((meeting) => {
    const { metadata, status } = meeting;
    const { uid, name } = metadata;
    const tasks = world.ecs.of(uid);
    return [
      name,
      {
        stored: world.table.peek(metadata) !== undefined,
        phase: status.phase,
        reason: status.reason,
        outcome: status.outcome,
        isRecorded: status.recording !== undefined,
        delivered: status.webhook?.deliveredAt !== undefined || status.webhook?.lastStatusCode === 410,
        attempts: status.attempts
          .filter(({ taskArn }) => taskArn !== undefined)
          .map(({ mode, reason }) => [mode, reason]),
        launched: tasks.map(({ request }) => request.environment['MEETING_MODE']),
      },
    ];
  });
  return Object.fromEntries(ends);
}
