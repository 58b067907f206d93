import { type Meeting, TASK_FINALIZER } from '@meetingbot/crds-schema';
import { timestamp } from '../time.ts';

/** true when somebody else's finalizer keeps the Meeting. */
export function heldByOthers({ metadata }: Meeting): boolean {
  return metadata.finalizers?.some((name) => name !== TASK_FINALIZER) === true;
}

/** Nothing of ours holds the Meeting any more: it goes when nobody else's finalizer does. */
export function released(meeting: Meeting, now: number): Meeting {
  const finalizers = (meeting.metadata.finalizers ?? []).filter((name) => name !== TASK_FINALIZER);
  const { finalizers: _, ...kept } = meeting.metadata;
  const metadata = { ...kept, deletionTimestamp: kept.deletionTimestamp ?? timestamp(now) };
  return { ...meeting, metadata: finalizers.length === 0 ? metadata : { ...metadata, finalizers } };
}
