import type { Meeting } from '@meetingbot/crds-schema';
import { lastAttempt, openAttempt } from './attempts.ts';
import { wantsResend } from './decide-afterwards.ts';
import { decideAttempt } from './decide-attempt.ts';
import type { Policy } from './policy.ts';
import type { Observed, Step } from './steps.ts';
import { millis } from './time.ts';

/** This many tasks are started to assemble what a lost recorder left. */
const MAX_SALVAGES = 2;

/** The next step of a Meeting whose reason is known: its recording is verified, then MAF is told. */
export function decideEnding(meeting: Meeting, seen: Observed, now: number, policy: Policy): Step {
  return meeting.status.phase === 'Notifying'
    ? decideNotifying(meeting, seen, now, policy)
    : decideFinalizing(meeting, seen, now, policy);
}

function decideFinalizing(meeting: Meeting, seen: Observed, now: number, policy: Policy): Step {
  const attempt = openAttempt(meeting);
  if (attempt?.mode === 'salvage') return decideAttempt(meeting, attempt, seen, now, policy);
  const { look } = seen;
  if (look === undefined) return { do: 'observe', what: 'look', why: 'the recording is to be verified' };
  const covered = look.kind !== 'none' && look.kind !== 'broken' && look.attempt === lastAttempt(meeting)?.number;
  if (covered || isDiscarded(meeting)) return { do: 'settle', look, why: 'the manifest says what there is' };
  if (attempt !== undefined) return decideAttempt(meeting, attempt, seen, now, policy);
  if (seen.leftovers === undefined) {
    return { do: 'observe', what: 'leftovers', why: 'no manifest covers the last attempt' };
  }
  if (seen.leftovers && salvageIsWorthATry(meeting, now, policy)) {
    const retryAt = millis(meeting.status.retryAt) ?? 0;
    if (retryAt > now) return { do: 'wait', until: retryAt, why: 'ECS refused a task; the next launch is not due yet' };
    return { do: 'begin', mode: 'salvage', why: 'a lost recorder left media that is in no recording yet' };
  }
  return { do: 'settle', look, why: 'there is nothing more to assemble' };
}

/** Launches that ECS refused don't count: while it has no room, durable media waits. */
function salvageIsWorthATry({ status }: Meeting, now: number, policy: Policy): boolean {
  const tasks = status.attempts.filter(({ taskArn }) => taskArn !== undefined);
  const started = tasks.filter(({ mode }) => mode === 'salvage').length;
  const lostAt = millis(tasks.findLast(({ mode }) => mode === 'record')?.endTime) ?? now;
  return started < MAX_SALVAGES && now < lostAt + policy.salvageWindow;
}

function decideNotifying(meeting: Meeting, seen: Observed, now: number, policy: Policy): Step {
  const { webhook } = meeting.status;
  if (webhook === undefined) return { do: 'finish', notified: 'notWanted', why: 'nobody is to be told' };
  if (webhook.deliveredAt !== undefined) return { do: 'finish', notified: 'delivered', why: 'MAF has it' };
  if (seen.delivery !== undefined) return { do: 'recordDelivery', delivery: seen.delivery, why: 'a try is over' };
  if (seen.delivering) return { do: 'wait', until: undefined, why: 'a try is under way' };
  const deleted = millis(meeting.metadata.deletionTimestamp);
  if (isDiscarded(meeting) || (deleted !== undefined && now > deleted + policy.deleteWebhookGrace)) {
    return { do: 'finish', notified: 'gaveUp', why: 'the Meeting is being deleted' };
  }
  if (wantsResend(meeting)) return { do: 'resend', why: 'the annotation asks for it, whenever the next try is due' };
  if (webhook.nextAttemptAt === undefined) {
    return { do: 'finish', notified: 'gaveUp', why: 'no further try is to be made' };
  }
  const next = millis(webhook.nextAttemptAt);
  return next > now
    ? { do: 'wait', until: next, why: 'the next try is not due yet' }
    : { do: 'deliver', why: 'a try is due' };
}

/** true when the recording goes with the Meeting: there is nothing left to save or to tell. */
function isDiscarded(meeting: Meeting): boolean {
  return meeting.metadata.deletionTimestamp !== undefined && meeting.spec.deletionPolicy === 'Delete';
}
