import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ForgetfulLaunches {
  url: string;
  close(): Promise<void>;
}

/**
 * A way to ECS on which each RunTask gets a token of its own: the controller behind it launches as one does that
 * doesn't remember what it has launched before.
 */
export async function startForgetfulLaunches(ecsUrl: string): Promise<ForgetfulLaunches> {
  const server = createServer(async (request, response) => {
    const isGone = new AbortController();
    response.once('close', () => isGone.abort());
    try {
      const body = await bodyOf(request);
      const isLaunch = String(request.headers['x-amz-target']).endsWith('.RunTask');
      const answer = await fetch(ecsUrl, {
        method: 'POST',
        headers: {
          'content-type': String(request.headers['content-type']),
          'x-amz-target': String(request.headers['x-amz-target']),
          authorization: String(request.headers.authorization),
        },
        signal: isGone.signal,
        body: isLaunch ? JSON.stringify({ ...JSON.parse(body), clientToken: randomUUID() }) : body,
      });
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'application/json' });
      response.end(await answer.text());
    } catch {
      // As ECS itself when it hangs or is away.
      response.destroy();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}
