import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WebhookBody } from '@meetingbot/crds-schema';

/** One try of a webhook as it came. */
export interface Delivery {
  id: string;
  uid: string;
  body: WebhookBody;
}

/** The receiving end: it takes all webhooks, or keeps those of some Meetings waiting for an answer. */
export interface WebhookSink {
  url: string;
  deliveries: Delivery[];
  /** Tries for this Meeting get no answer until {@link WebhookSink.release}. */
  hold(uid: string): void;
  release(): void;
  /** Tries for this Meeting are refused for good. */
  refuse(uid: string): void;
  close(): Promise<void>;
}

export async function startWebhookSink(): Promise<WebhookSink> {
  const deliveries: Delivery[] = [];
  const held = new Set<string>();
  const gone = new Set<string>();
  const waiting = new Set<ServerResponse>();
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const body = JSON.parse(text) as WebhookBody | { meeting?: undefined };
    if (body.meeting === undefined) {
      // As MAF answers what has no signature of ours.
      response.writeHead(401).end();
      return;
    }
    const { uid } = body.meeting;
    deliveries.push({ id: String(request.headers['webhook-id']), uid, body });
    if (held.has(uid)) waiting.add(response);
    else response.writeHead(gone.has(uid) ? 410 : 202).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/meeting-bot/recording-complete`,
    deliveries,
    hold: (uid) => held.add(uid),
    refuse: (uid) => gone.add(uid),
    release() {
      held.clear();
      for (const response of waiting) response.writeHead(202).end();
      waiting.clear();
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
