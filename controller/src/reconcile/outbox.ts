import { keyString, type Logger, type Meeting } from '@meetingbot/crds-schema';
import PQueue from 'p-queue';
import { identityOf } from '../log.ts';
import type { DeliveryResult, WebhookSender } from '../ports.ts';
import { type WebhookBodyOptions, webhookBody } from '../webhook/body.ts';

export interface OutboxOptions {
  sender: WebhookSender;
  log: Logger;
  body: WebhookBodyOptions;
  /** Tries under way at once. */
  concurrency: number;
  /** Tries that begin within one second. After a long outage all that is pending is due at once. */
  perSecond: number;
  /** Called with the key when a try is over. */
  done: (key: string) => void;
}

/** One try, and what it came to. */
interface Try {
  name: string;
  answer?: DeliveryResult;
}

/** Tells the tries of a Meeting apart: two leaders, or a resend, must not take one's answer for another's. */
function nameOfTry({ metadata, status }: Meeting): string {
  return `${metadata.uid}/${status.webhook?.resend ?? ''}/${status.webhook?.attempts}`;
}

/**
 * Webhooks under way. A try has a worker of its own, so a slow receiver holds up no reconcile; its answer waits
 * here until the Meeting's next reconcile writes it down. An answer lost with the process means one more try.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #queue: PQueue;
  readonly #underWay = new Map<string, Try>();

  #stopped = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
    const { concurrency, perSecond: intervalCap } = options;
    this.#queue = new PQueue({ concurrency, interval: 1000, intervalCap });
  }

  isUnderWay(key: string): boolean {
    const last = this.#underWay.get(key);
    return last !== undefined && last.answer === undefined;
  }

  /** The answer to the try that the Meeting is at; undefined while there is none. One to an earlier try is dropped. */
  answer(meeting: Meeting): DeliveryResult | undefined {
    const key = keyString(meeting.metadata);
    const last = this.#underWay.get(key);
    if (last?.answer === undefined) return undefined;
    if (last.name === nameOfTry(meeting)) return last.answer;
    this.#underWay.delete(key);
    return undefined;
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
    const started: Try = { name: nameOfTry(meeting) };
    this.#underWay.set(key, started);
    const { sender, log, body, done } = this.#options;
    this.#queue
      .add(async () => {
        started.answer = await sender.send({ id: webhook.id, body: webhookBody(meeting, body) });
        tell(log, meeting, started.answer);
        done(key);
      })
      .catch((error: unknown) => {
        if (this.#underWay.get(key) === started) this.#underWay.delete(key);
        if (this.#stopped) return;
        log.error({ err: error, ...identityOf(meeting) }, 'a webhook could not be built');
      });
  }

  /** Forgets all tries: those that wait never begin; one that is under way goes on, but its answer is nobody's. */
  clear(): void {
    this.#queue.clear();
    this.#underWay.clear();
  }

  /** Takes no more tries and waits for those under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#queue.clear();
    await this.#queue.onIdle();
  }
}

function tell(log: Logger, meeting: Meeting, answer: DeliveryResult): void {
  const fields = { ...identityOf(meeting), try: (meeting.status.webhook?.attempts ?? 0) + 1, ...answer };
  if (answer.kind === 'answered' && answer.statusCode < 300) log.info(fields, 'the webhook is delivered');
  else log.warn(fields, 'the webhook was not taken; it is tried again');
}
