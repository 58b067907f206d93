import type { WebhookBody } from '@meetingbot/crds-schema';
import type { DeliveryResult } from '../ports.ts';
import type { Faults } from './faults.ts';

export interface Delivery {
  id: string;
  body: WebhookBody;
  answer: DeliveryResult;
  /** Milliseconds since the start. */
  at: number;
}

export interface ReceiverOptions {
  faults: Faults;
  /** Of a delivery that is not taken. */
  refusal: number;
}

/** MAF's end of the webhook. */
export class Receiver {
  readonly #options: ReceiverOptions;
  readonly deliveries: Delivery[] = [];

  constructor(options: ReceiverOptions) {
    this.#options = options;
  }

  of(uid: string): Delivery[] {
    return this.deliveries.filter(({ body }) => body.meeting.uid === uid);
  }

  take(id: string, body: WebhookBody, at: number): DeliveryResult {
    const answer = this.#answer(body.meeting.name);
    this.deliveries.push({ id, body, answer, at });
    return answer;
  }

  #answer(name: string): DeliveryResult {
    const { faults, refusal } = this.#options;
    if (faults.happens(`webhook gone ${name}`, refusal * 0.05)) return { kind: 'answered', statusCode: 410 };
    if (faults.happens(`webhook busy ${name}`, refusal * 0.3)) {
      return { kind: 'answered', statusCode: 429, retryAfterSeconds: 40 };
    }
    if (faults.happens(`webhook error ${name}`, refusal * 0.4)) return { kind: 'answered', statusCode: 500 };
    if (faults.happens(`webhook silent ${name}`, refusal * 0.3)) return { kind: 'unanswered', error: 'no answer' };
    return { kind: 'answered', statusCode: 200 };
  }
}
