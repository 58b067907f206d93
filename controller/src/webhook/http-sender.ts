import type { Clock } from '@meetingbot/crds-schema';
import { type Dispatcher, request } from 'undici';
import type { DeliveryResult, WebhookSender } from '../ports.ts';
import { signatureHeaders } from './signature.ts';

const TIMEOUT_MS = 15_000;
/** `Retry-After` is honoured up to this long, which is as long as tries are made. Seconds. */
const MAX_RETRY_AFTER = 24 * 3600;
/** Of an answer that is not 2xx so much is kept, for whoever asks why. Characters. */
const MAX_DETAIL = 200;
const MAX_ANSWER_BYTES = 16 * 1024;

export interface HttpWebhookSenderOptions {
  url: URL;
  /** Newest first, asked for with each try: they may change while we run. */
  secrets: () => readonly string[];
  dispatcher: Dispatcher;
  clock: Clock;
  /** Of one try, from the name's resolution to the answer's end. Milliseconds. @default 15000 */
  timeoutMs?: number;
}

/** Posts webhooks over HTTP: 15 s in all, redirects are answers and not followed. */
export class HttpWebhookSender implements WebhookSender {
  readonly #options: HttpWebhookSenderOptions;

  constructor(options: HttpWebhookSenderOptions) {
    this.#options = options;
  }

  async send({ id, body }: Parameters<WebhookSender['send']>[0]): Promise<DeliveryResult> {
    const { url, secrets, dispatcher, clock, timeoutMs = TIMEOUT_MS } = this.#options;
    const bytes = new TextEncoder().encode(JSON.stringify(body));
    const now = clock.now();
    const start = clock.monotonic();
    const took = () => Math.round(clock.monotonic() - start);
    try {
      const response = await request(url, {
        dispatcher,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'meeting-bot',
          ...signatureHeaders(id, now, bytes, secrets()),
        },
        body: bytes,
        signal: AbortSignal.timeout(timeoutMs),
      });
      const { statusCode, headers } = response;
      const detail = await detailOf(response);
      const retryAfterSeconds = retryAfter(headers['retry-after'], clock.now());
      return {
        kind: 'answered',
        statusCode,
        ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
        ...(detail === undefined ? {} : { detail }),
        milliseconds: took(),
      };
    } catch (error) {
      return { kind: 'unanswered', error: explain(error, timeoutMs), milliseconds: took() };
    }
  }
}

/** What the receiver says of a delivery that it does not take, on one line; the status alone counts. */
async function detailOf({ statusCode, body }: Dispatcher.ResponseData): Promise<string | undefined> {
  if (statusCode >= 200 && statusCode < 300) {
    await body.dump({ limit: MAX_ANSWER_BYTES }).catch(() => undefined);
    return undefined;
  }
  let text = '';
  try {
    for await (const chunk of body) {
      text += Buffer.from(chunk as Uint8Array).toString('utf8');
      if (text.length > MAX_DETAIL) break;
    }
  } catch {
    // The status has come; what was to follow is not needed.
  }
  const line = text.replace(/[^\x20-\x7e]+/g, ' ').trim();
  return line === '' ? undefined : line.slice(0, MAX_DETAIL);
}

function retryAfter(header: string | string[] | undefined, now: number): number | undefined {
  if (typeof header !== 'string') return undefined;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - now) / 1000;
  return Number.isFinite(seconds) ? Math.min(MAX_RETRY_AFTER, Math.max(0, seconds)) : undefined;
}

function explain(error: unknown, timeoutMs: number): string {
  const { name, message, code } = error as Error & { code?: string };
  if (name === 'TimeoutError' || name === 'AbortError') return `no answer within ${timeoutMs / 1000} s`;
  if (name === 'RefusedAddress' || code === undefined || message.includes(code)) return message || code || name;
  return `${code}: ${message}`;
}
