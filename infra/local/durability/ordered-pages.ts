import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Pages of meetings; each hears the orders for its meeting as the messages of an event stream at `/orders/{id}`. */
export interface OrderedPages<Order extends string> {
  /** As http://127.0.0.1:port */
  readonly base: string;
  /** Tells the pages that are in this meeting. */
  order(id: string, what: Order): void;
  close(): Promise<void>;
}

/**
 * @param options.lasting - orders that hold for the pages that come later, too
 * @param options.serve - answers what is no stream, by the parts of its path: 404 where it returns undefined, else that page,
 *   which may be empty
 */
export async function serveOrderedPages<Order extends string>(options: {
  lasting: readonly Order[];
  serve: (place: string, id: string, rate: number) => string | undefined;
}): Promise<OrderedPages<Order>> {
  const present = new Map<string, Set<ServerResponse>>();
  const lasting = new Map(options.lasting.map((order) => [order, new Set<string>()]));
  const listen = (id: string, answer: ServerResponse) => {
    const listeners = present.get(id) ?? new Set();
    present.set(id, listeners.add(answer));
    answer.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    for (const [order, ids] of lasting) if (ids.has(id)) answer.write(`data: ${order}\n\n`);
    answer.once('close', () => listeners.delete(answer));
  };
  const server = createServer((request, answer) => {
    const [, place = '', id = '', rate = ''] = (request.url ?? '').split('/');
    if (place === 'orders') return listen(id, answer);
    const page = options.serve(place, id, Number(rate));
    if (page === undefined) answer.writeHead(404).end();
    else answer.writeHead(200, { 'content-type': 'text/html' }).end(page);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    order(id, what) {
      lasting.get(what)?.add(id);
      for (const answer of present.get(id) ?? []) answer.write(`data: ${what}\n\n`);
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
