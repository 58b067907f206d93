import { type Clock, keyString, type Logger, type Meeting } from '@meetingbot/crds-schema';
import PQueue from 'p-queue';
import type { DeliveryResult, WebhookSender } from '../ports.ts';
import { type WebhookBodyOptions, webhookBody } from '../webhook/body.ts';

export interface OutboxOptions {
  sender: WebhookSender;
  clock: Clock;
  log: Logger;
  body: WebhookBodyOptions;
  /** Tries under way at once. */
  concurrency: number;
  /** Called with the key when a try is over. */
  done: (key: string) => void;
}

/**
 * Webhooks under way. A try has a worker of its own, so a slow receiver holds up no reconcile; its answer waits
 * here until the Meeting's next reconcile writes it down. An answer lost with the process means one more try.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #queue: PQueue;
  readonly #underWay = new Map<string, DeliveryResult | undefined>();

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#queue = new PQueue({ concurrency: options.concurrency });
  }

  isUnderWay(key: string): boolean {
    return this.#underWay.has(key) && this.#underWay.get(key) === undefined;
  }

  /** The answer to the last try, once; undefined while there is none. */
  answer(key: string): DeliveryResult | undefined {
    return this.#underWay.get(key);
  }

  /** The answer is on record. */
  settle(key: string): void {
    this.#underWay.delete(key);
  }

  /** Starts one try, unless one is under way or its answer is not on record yet. */
  deliver(meeting: Meeting): void {
    const key = keyString(meeting.metadata);
    const { webhook } = meeting.status;
    if (webhook === undefined || this.#underWay.has(key)) return;
    this.#underWay.set(key, undefined);
    const { sender, clock, log, body, done } = this.#options;
    this.#queue
      .add(async () => {
        const result = await sender.send({ id: webhook.id, body: webhookBody(meeting, clock.now(), body) });
        this.#underWay.set(key, result);
        done(key);
      })
      .catch((error: unknown) => {
        this.#underWay.delete(key);
        log.error({ err: error, key }, 'a webhook could not be built');
      });
  }

  /** Waits for the tries under way. */
  async stop(): Promise<void> {
    this.#queue.clear();
    await this.#queue.onIdle();
  }
}
