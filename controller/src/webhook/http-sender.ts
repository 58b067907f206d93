import type { Clock } from '@meetingbot/crds-schema';
import type { DeliveryResult, WebhookSender } from '../ports.ts';
import { signatureHeaders } from './signature.ts';

const TIMEOUT_MS = 15_000;
/** `Retry-After` is honoured up to this long. Seconds. */
const MAX_RETRY_AFTER = 3600;

export interface HttpWebhookSenderOptions {
  url: string;
  secrets: string[];
  clock: Clock;
}

/** Posts webhooks over HTTP: 15 s in all, redirects are answers and not followed, the answer's body is not read. */
export class HttpWebhookSender implements WebhookSender {
  readonly #options: HttpWebhookSenderOptions;

  constructor(options: HttpWebhookSenderOptions) {
    this.#options = options;
  }

  async send({ id, body }: Parameters<WebhookSender['send']>[0]): Promise<DeliveryResult> {
    const bytes = new TextEncoder().encode(JSON.stringify(body));
    const now = this.#options.clock.now();
    try {
      const response = await fetch(this.#options.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'meeting-bot',
          ...signatureHeaders(id, now, bytes, this.#options.secrets),
        },
        body: bytes,
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await response.body?.cancel();
      const retryAfterSeconds = retryAfter(response.headers.get('retry-after'), now);
      return {
        kind: 'answered',
        statusCode: response.status,
        ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      };
    } catch (error) {
      return { kind: 'unanswered', error: explain(error) };
    }
  }
}

function retryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - now) / 1000;
  return Number.isFinite(seconds) ? Math.min(MAX_RETRY_AFTER, Math.max(0, seconds)) : undefined;
}

function explain(error: unknown): string {
  const { name, message, cause } = error as Error;
  if (name === 'TimeoutError') return `no answer within ${TIMEOUT_MS / 1000} s`;
  const code = (cause as { code?: string } | undefined)?.code;
  return code ?? message;
}
