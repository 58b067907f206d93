import type { Clock, Meeting } from '@meetingbot/crds-schema';
import { Counter, Histogram, type Registry } from 'prom-client';
import type { DeliveryResult, WebhookSender } from '../ports.ts';
import { CALL_SECONDS } from './buckets.ts';
import { isEnd } from './milestones.ts';

const ANSWERS = ['2xx', '3xx', '4xx', '5xx', 'none'] as const;

/** How the webhook fares. */
export class WebhookMetrics {
  readonly #tries: Counter<'outcome'>;
  readonly #givenUp: Counter;
  readonly #requests: Histogram<'answer'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#tries = new Counter({
      name: 'meetingbot_webhook_tries_total',
      help: 'Tries to deliver the webhook whose result is on record.',
      labelNames: ['outcome'],
      registers,
    });
    this.#givenUp = new Counter({
      name: 'meetingbot_webhooks_given_up_total',
      help: 'Meetings that ended with a webhook that was never taken.',
      registers,
    });
    this.#requests = new Histogram({
      name: 'meetingbot_webhook_request_duration_seconds',
      help: 'How long the receiver took to answer; none: it did not, within 15 s.',
      labelNames: ['answer'],
      buckets: CALL_SECONDS,
      registers,
    });
    for (const outcome of ['delivered', 'failed']) this.#tries.inc({ outcome }, 0);
    for (const answer of ANSWERS) this.#requests.zero({ answer });
  }

  written(before: Meeting, after: Meeting): void {
    const { webhook, notifiedAt } = after.status;
    const tries = (webhook?.attempts ?? 0) - (before.status.webhook?.attempts ?? 0);
    const isDelivered = webhook?.deliveredAt !== undefined;
    if (tries > 0) this.#tries.inc({ outcome: isDelivered ? 'delivered' : 'failed' }, tries);
    if (webhook !== undefined && notifiedAt === undefined && isEnd(before, after)) this.#givenUp.inc();
  }

  /** The same sender, observed. */
  observed(sender: WebhookSender, clock: Pick<Clock, 'monotonic'>): WebhookSender {
    return {
      send: async (delivery) => {
        const startedAt = clock.monotonic();
        const result = await sender.send(delivery);
        this.#requests.observe({ answer: answerOf(result) }, (clock.monotonic() - startedAt) / 1000);
        return result;
      },
    };
  }
}

function answerOf(result: DeliveryResult): (typeof ANSWERS)[number] {
  if (result.kind === 'unanswered') return 'none';
  const family = `${Math.floor(result.statusCode / 100)}xx`;
  return ANSWERS.find((answer) => answer === family) ?? 'none';
}
