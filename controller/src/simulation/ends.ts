import { type EndReason, isTerminal, type Meeting, REASON_ATTRIBUTION, type Reason } from '@meetingbot/crds-schema';
import { isStopping } from '../reconcile/attempts.ts';
import { retryClass } from '../reconcile/retry.ts';
import { outcomeOf, terminalPhase } from '../reconcile/verdict.ts';
import { secondsOf } from './bucket.ts';
import { type SimulatedTask, toldBy } from './ecs.ts';
import type { World } from './world.ts';

/** Looks at a world that has come to rest, and says of each Meeting what is not as it should be. */
export function checkEnds(world: World): void {
  for (const meeting of world.known.values()) {
    const stored = world.table.peek(meeting.metadata);
    if (stored?.metadata.uid === meeting.metadata.uid) checkKept(world, stored);
    else checkRemoved(world, meeting);
  }
  for (const { taskArn } of world.ecs.live) world.violate('no orphan', taskArn);
}

function checkRemoved(world: World, meeting: Meeting): void {
  const { uid, name } = meeting.metadata;
  const { retentionDays, deletionPolicy } = meeting.spec;
  const isDeleted = world.deleted.has(name);
  if (!isDeleted && retentionDays === undefined) {
    world.violate('nothing is removed unasked', uid);
  }
  const goes = deletionPolicy === 'Delete' || (!isDeleted && retentionDays !== undefined);
  if (goes && !world.bucket.isEmpty(uid)) world.violate('deletion takes the recording along', uid);
  if (goes || meeting.status.recording === undefined) return;
  if (!world.bucket.isWhole(uid, meeting.status.recording.sizeBytes)) world.violate('a kept recording stays', uid);
}

function checkKept(world: World, meeting: Meeting): void {
  const { status, metadata } = meeting;
  const { uid } = metadata;
  const { reason, outcome } = status;
  if (!isTerminal(status.phase) || reason === undefined || outcome === undefined) {
    world.violate('every Meeting ends', `${uid} is ${status.phase}, ${reason}, ${outcome}`);
    return;
  }
  world.mark(`ended ${reason}`);
  if (status.phase !== terminalPhase(reason, outcome) || status.attributedTo !== REASON_ATTRIBUTION[reason]) {
    world.violate('the table of reasons', `${uid}: ${reason}, ${outcome} → ${status.phase} ${status.attributedTo}`);
  }
  const tasks = world.ecs.of(uid).filter(({ request }) => request.environment['MEETING_MODE'] === 'record');
  const lie = lieOf(meeting, reason, tasks, {
    wasRefused: world.ecs.refused.has(metadata.name),
    wasStopped: isStopping(meeting) && !world.stoppedLate.has(uid),
  });
  if (lie !== undefined) world.violate('a true reason', `${uid}: ${lie}`);
  checkRecording(world, meeting, reason);
  checkWebhook(world, meeting);
}

/** What is untrue of a reason, by what really happened. */
function lieOf(
  meeting: Meeting,
  reason: Reason,
  tasks: SimulatedTask[],
  { wasRefused, wasStopped }: { wasRefused: boolean; wasStopped: boolean },
): string | undefined {
  // Not of an earlier attempt whose leader slept before its launch.
  const last = tasks.toSorted((a, b) => a.attempt - b.attempt).at(-1);
  const told = last === undefined ? undefined : toldBy(last, meeting);
  if (reason === 'StopRequested') return isStopping(meeting) ? undefined : 'StopRequested, but nobody asked';
  if (told !== undefined && told !== 'Terminated' && retryClass(told) === 'final' && told !== reason) {
    return `${reason}, but its recorder told ${told}`;
  }
  if (wasStopped && last === undefined && reason !== 'Missed') return `${reason}, but it was stopped before`;
  if (reason === 'Missed') return last === undefined ? undefined : 'Missed, but a recorder was sent';
  if (retryClass(reason) === 'final') {
    const meant = told === 'UploadFailed' ? last?.recorder.endedWith : told;
    return meant === reason ? undefined : `${reason}, but its recorder told ${told}`;
  }
  if (REFUSALS.includes(reason) && wasRefused) return undefined;
  const cause = last === undefined ? 'never launched' : causeOf(last, told);
  return TRUE_OF[reason]?.includes(cause) === false ? `${reason}, but it was ${cause}` : undefined;
}

function causeOf({ fate, recorder, stopCode, state }: SimulatedTask, told: EndReason | undefined): string {
  if (fate.failsToStart && state === 'Stopped') return 'failsToStart';
  if (fate.startMs === undefined) return 'stuck';
  if (stopCode === 'UserInitiated' && !recorder.isHung) return 'stopped';
  if (fate.mishap !== undefined && told === undefined) return fate.mishap.kind;
  return told ?? 'lost';
}

/** Causes that a reason which is no recorder's own word may stand for; a reason that is not here is not judged. */
const TRUE_OF: Partial<Record<Reason, readonly string[]>> = {
  OutOfMemory: ['outOfMemory'],
  SpotInterrupted: ['spot', 'Terminated'],
  LaunchFailed: ['failsToStart', 'stuck'],
  QuotaExceeded: [],
  UploadFailed: ['UploadFailed'],
};

/** Reasons that a shortage explains, whatever became of an earlier recorder. */
const REFUSALS: readonly Reason[] = ['LaunchFailed', 'QuotaExceeded'];

function checkRecording(world: World, meeting: Meeting, reason: Reason): void {
  const { uid } = meeting.metadata;
  const { status } = meeting;
  const look = world.bucket.look(meeting);
  if (status.outcome !== outcomeOf(reason, look)) {
    world.violate('the outcome is what S3 holds', `${uid}: ${status.outcome}, but S3 has ${JSON.stringify(look)}`);
  }
  if (status.recording !== undefined && !world.bucket.isWhole(uid, status.recording.sizeBytes)) {
    world.violate('the outcome is what S3 holds', `${uid}: its size is not ${status.recording.sizeBytes}`);
  }
  const salvages = world.ecs.of(uid).filter(({ request }) => request.environment['MEETING_MODE'] === 'salvage');
  const failed = salvages.filter(
    ({ fate }) => fate.mishap !== undefined || fate.failsToStart || fate.startMs === undefined,
  );
  if (world.bucket.hasLeftovers(uid) && failed.length < 2) {
    world.violate('nothing durable is lost', `${uid}: ${secondsOf(world.bucket.media(uid))} s are in no recording`);
  }
}

function checkWebhook(world: World, meeting: Meeting): void {
  const { uid, name } = meeting.metadata;
  const { webhook } = meeting.status;
  if (!world.policy.webhookEnabled) return;
  const deliveries = world.receiver.of(uid);
  const taken = deliveries.filter(({ answer }) => answer.kind === 'answered' && answer.statusCode < 300);
  const gone = deliveries.some(({ answer }) => answer.kind === 'answered' && answer.statusCode === 410);
  if (webhook === undefined) {
    world.violate('the webhook is sent', `${uid}: there is none`);
  } else if (webhook.deliveredAt === undefined) {
    const tries = webhook.attempts;
    if (!gone && tries < 6) world.violate('the webhook is sent', `${uid}: given up after ${tries} tries`);
  } else if (taken.length === 0) {
    world.violate('the webhook is sent', `${uid}: delivered, but nobody got it`);
  } else if (webhook.resend !== undefined && !taken.some(({ at }) => at >= (world.resent.get(name) ?? 0))) {
    world.violate('the webhook is sent', `${uid}: sent again, but nobody got it`);
  }
  const asked = meeting.metadata.annotations?.['meetingbot.dev/resend-webhook'];
  if (asked !== undefined && webhook?.resend !== asked) world.violate('the webhook is sent', `${uid}: no resend`);
}
