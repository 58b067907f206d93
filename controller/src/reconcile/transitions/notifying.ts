import { type Meeting, type MeetingStatus, RESEND_ANNOTATION } from '@meetingbot/crds-schema';
import type { DeliveryResult } from '../../ports.ts';
import { withCondition } from '../conditions.ts';
import type { Policy } from '../policy.ts';
import { webhookBackoff } from '../retry.ts';
import { millis, timestamp } from '../time.ts';
import { patch } from './patch.ts';

/** The webhook is on record before its first try. */
export function outboxOpened(meeting: Meeting, now: number): Meeting {
  return patch(meeting, {
    phase: 'Notifying',
    webhook: { id: `rec_${meeting.metadata.uid}`, attempts: 0, nextAttemptAt: timestamp(now) },
    conditions: withCondition(meeting, now, {
      type: 'Notified',
      status: 'False',
      reason: 'Pending',
      message: 'the webhook is about to be sent',
    }),
  });
}

/** The resend of a finished Meeting's webhook begins: the same id, a new 24 hours. */
export function resendBegun(meeting: Meeting, now: number): Meeting {
  const resend = meeting.metadata.annotations?.[RESEND_ANNOTATION] ?? '';
  const opened = outboxOpened(meeting, now);
  return patch(opened, { webhook: { ...opened.status.webhook, resend } as NonNullable<MeetingStatus['webhook']> });
}

/**
 * What a try of the webhook came to. 2xx delivers, 410 ends it, all else is tried again within the window.
 * @param random - in [0, 1), spreads the tries
 */
export function deliveryRecorded(
  meeting: Meeting,
  delivery: DeliveryResult,
  random: number,
  now: number,
  policy: Policy,
): Meeting {
  const { webhook } = meeting.status;
  if (webhook === undefined) throw new Error(`${meeting.metadata.name}: there is no webhook to record`);
  const attempts = webhook.attempts + 1;
  const firstAttemptAt = webhook.firstAttemptAt ?? timestamp(now);
  const { nextAttemptAt: _, lastError: __, lastDurationMs: ___, ...kept } = webhook;
  const took = delivery.milliseconds === undefined ? {} : { lastDurationMs: Math.round(delivery.milliseconds) };
  const base = { ...kept, attempts, firstAttemptAt, ...took };
  if (delivery.kind === 'answered' && delivery.statusCode >= 200 && delivery.statusCode < 300) {
    return patch(meeting, {
      notifiedAt: meeting.status.notifiedAt ?? timestamp(now),
      webhook: { ...base, lastStatusCode: delivery.statusCode, deliveredAt: timestamp(now) },
      conditions: withCondition(meeting, now, {
        type: 'Notified',
        status: 'True',
        reason: 'Delivered',
        message: `answered ${delivery.statusCode} at try ${attempts}`,
      }),
    });
  }
  const failure = failureOf(delivery);
  const asked = delivery.kind === 'answered' ? (delivery.retryAfterSeconds ?? 0) * 1000 : 0;
  // The last try is at the end of the window, whatever the schedule or the receiver would rather.
  const last = millis(firstAttemptAt) + policy.webhookWindow;
  const next = Math.min(now + Math.max(asked, webhookBackoff(attempts, random)), last);
  const over = (delivery.kind === 'answered' && delivery.statusCode === 410) || now >= last;
  return patch(meeting, {
    webhook: {
      ...base,
      ...(delivery.kind === 'answered' ? { lastStatusCode: delivery.statusCode } : {}),
      lastError: failure,
      ...(over ? {} : { nextAttemptAt: timestamp(next) }),
    },
    conditions: withCondition(meeting, now, {
      type: 'Notified',
      status: 'False',
      reason: over ? 'DeliveryFailed' : 'Retrying',
      message: `try ${attempts}: ${failure}`,
    }),
  });
}

function failureOf(delivery: DeliveryResult): string {
  if (delivery.kind === 'unanswered') return delivery.error;
  const { statusCode, detail } = delivery;
  return detail === undefined ? `answered ${statusCode}` : `answered ${statusCode}: ${detail}`;
}
