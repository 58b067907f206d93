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

/** The receiving end of the demo, in the place of MAF API: it checks what it gets by other code than the sender's. */
export interface Receiver {
  url: string;
  received: Received[];
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
    received.push(judge(raw, request.headers as Record<string, string>, secret));
    response.writeHead(202).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${PATH}`,
    received,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
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
