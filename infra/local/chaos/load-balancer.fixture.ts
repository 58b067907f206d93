import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** One address for all replicas of the controller, as a load balancer gives it: whoever accepts gets the call. */
export interface LoadBalancer {
  url: string;
  /** Ports of the replicas, the preferred one first. */
  replicas: number[];
  close(): Promise<void>;
}

export async function startLoadBalancer(): Promise<LoadBalancer> {
  const sockets = new Set<Socket>();
  const server = createServer({ pauseOnConnect: true }, (inbound) => {
    keep(sockets, inbound);
    reach(balancer.replicas).then(
      (outbound) => {
        keep(sockets, outbound);
        inbound.pipe(outbound).pipe(inbound);
        inbound.once('close', () => outbound.destroy());
        outbound.once('close', () => inbound.destroy());
      },
      () => inbound.destroy(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const balancer: LoadBalancer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    replicas: [],
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return balancer;
}

function keep(sockets: Set<Socket>, socket: Socket): void {
  sockets.add(socket);
  socket.on('error', () => socket.destroy());
  socket.once('close', () => sockets.delete(socket));
}

async function reach(ports: readonly number[]): Promise<Socket> {
  for (const port of ports) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return socket;
    } catch {
      socket.destroy();
    }
  }
  throw new Error('no replica accepts');
}
