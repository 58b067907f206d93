import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock, type WebhookBody } from '@meetingbot/crds-schema';
import { afterEach, describe, expect, it } from 'vitest';
import { HttpWebhookSender } from './http-sender.ts';
import { signatureHeaders } from './signature.ts';

const body = {
  recordingId: 'r',
  meetingLink: 'https://meet.example.com/ü',
  status: 'completed',
  timestamp: '2026-02-06T15:00:00Z',
  metadata: { userId: '', teamId: '', botId: '', uploaderType: 's3' },
  meeting: { namespace: 'default', name: 'm', uid: 'u' },
} satisfies WebhookBody;

let server: Server;
const seen: { url: string | undefined; headers: IncomingMessage['headers']; raw: Buffer }[] = [];

async function receiver(answer: (response: ServerResponse) => void): Promise<string> {
  seen.length = 0;
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    seen.push({ url: request.url, headers: request.headers, raw: Buffer.concat(chunks) });
    answer(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
}

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const senderTo = (url: string) => new HttpWebhookSender({ url, secrets: ['secret'], clock: systemClock });

describe('sending a webhook', () => {
  it('signs exactly the bytes it sends', async () => {
    const url = await receiver((response) => response.writeHead(204).end());
    expect(await senderTo(url).send({ id: 'rec_1', body })).toEqual({ kind: 'answered', statusCode: 204 });
    const [first] = seen;
    if (first === undefined) throw new Error('nothing came');
    expect(JSON.parse(first.raw.toString())).toEqual(body);
    const at = Number(first.headers['webhook-timestamp']) * 1000;
    expect(first.headers).toMatchObject(signatureHeaders('rec_1', at, first.raw, ['secret']));
  });

  it('does not follow a redirect', async () => {
    const url = await receiver((response) => response.writeHead(307, { location: '/elsewhere' }).end());
    expect(await senderTo(url).send({ id: 'rec_1', body })).toMatchObject({ kind: 'answered', statusCode: 307 });
    expect(seen.map((request) => request.url)).toEqual(['/hook']);
  });

  it('tells what Retry-After asks for, an hour at most', async () => {
    const url = await receiver((response) => response.writeHead(503, { 'retry-after': '999999' }).end());
    expect(await senderTo(url).send({ id: 'rec_1', body })).toEqual({
      kind: 'answered',
      statusCode: 503,
      retryAfterSeconds: 3600,
    });
  });

  it('says why there was no answer instead of throwing', async () => {
    const url = await receiver((response) => response.destroy());
    const result = await senderTo(url).send({ id: 'rec_1', body });
    expect(result.kind).toBe('unanswered');
  });
});
