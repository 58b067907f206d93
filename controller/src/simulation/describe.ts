import { keyString, type Meeting } from '@meetingbot/crds-schema';

/** A write in one line of the trace. */
export function describe(before: Meeting | undefined, after: Meeting | undefined): string {
  const meeting = after ?? before;
  if (meeting === undefined) return 'nothing';
  const { status, metadata } = meeting;
  const last = status.attempts.at(-1);
  const attempt =
    last === undefined
      ? ''
      : ` #${last.number} ${last.mode} ${last.taskArn ?? 'no task'} ${last.reason ?? (last.endTime ? 'ended' : 'open')}`;
  const gone = after === undefined ? 'removed ' : '';
  const deleted = metadata.deletionTimestamp === undefined ? '' : ' deleted';
  return `${gone}${keyString(metadata)}@${metadata.resourceVersion.slice(-7)} ${status.phase} ${status.reason ?? ''} ${status.outcome ?? ''}${attempt}${deleted}${meeting.spec.stop === true ? ' stop' : ''}`;
}
