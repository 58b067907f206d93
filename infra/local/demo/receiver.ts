import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { causesOf, type WebhookBody, WebhookBody as WebhookBodySchema } from '@meetingbot/crds-schema';
import { Webhook } from 'standardwebhooks';

/** A webhook as it arrived, judged. */
export interface Received {
  at: number;
  id: string;
  body: WebhookBody;
  /** What is wrong with it; empty when both signatures and the body are right. */
  faults: string[];
}

/**
 * The receiving end of the demo: it checks what it gets by other code than the sender's, and hands it on as it came
 * to MAF's own receiver where there is one.
 */
export interface Receiver {
  url: string;
  received: Received[];
  /** Where to; its answer is ours then. */
  handOnTo: string | undefined;
  close(): Promise<void>;
}

const PATH = '/api/meeting-bot/recording-complete';

/** @param secret - as in NOTIFY_WEBHOOK_SECRET: one, of the form `whsec_…` */
export async function startReceiver(secret: string): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks);
    if (request.method !== 'POST' || request.url !== PATH) {
      response.writeHead(404).end();
      return;
    }
    const headers = request.headers as Record<string, string>;
    received.push(judge(raw, headers, secret));
    response.writeHead(receiver.handOnTo === undefined ? 202 : await handOn(receiver.handOnTo, raw, headers)).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${PATH}`,
    received,
    handOnTo: undefined,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return receiver;
}

/** The same bytes, with the headers that speak of them. */
async function handOn(url: string, raw: Buffer, headers: Record<string, string>): Promise<number> {
  const names = ['content-type', 'webhook-id', 'webhook-timestamp', 'webhook-signature', 'x-webhook-signature'];
  try {
    const { status } = await fetch(url, {
      method: 'POST',
      headers: Object.fromEntries(names.map((name) => [name, headers[name] ?? ''])),
      body: new Uint8Array(raw),
    });
    return status;
  } catch {
    return 502;
  }
}

function judge(raw: Buffer, headers: Record<string, string>, secret: string): Received {
  const faults: string[] = [];
  try {
    new Webhook(secret).verify(raw.toString('utf8'), headers);
  } catch (error) {
    faults.push(`webhook-signature: ${(error as Error).message}`);
  }
  const expected = createHmac('sha256', secret).update(raw).digest();
  const got = Buffer.from(headers['x-webhook-signature'] ?? '', 'hex');
  if (got.length !== expected.length || !timingSafeEqual(got, expected)) faults.push('X-Webhook-Signature: wrong');
  const body = JSON.parse(raw.toString('utf8')) as WebhookBody;
  for (const cause of causesOf(WebhookBodySchema, body)) faults.push(`${cause.field}: ${cause.message}`);
  return { at: Date.now(), id: headers['webhook-id'] ?? '', body, faults };
}
