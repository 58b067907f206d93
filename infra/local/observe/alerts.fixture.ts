import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { alertmanagerConfig } from '@meetingbot/dashboards';
import { type DebianService, freePort, startDebianService } from '../observe/debian-service.ts';

/** An alert as a webhook of Alertmanager tells it. */
export interface ToldAlert {
  receiver: string;
  status: 'firing' | 'resolved';
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

export interface AlertReceiver {
  told: ToldAlert[];
  /** Host and port of Alertmanager. */
  address: string;
  close(): Promise<void>;
}

/** Debian's Alertmanager with our example, told to tell us at once, by its two webhooks. */
export async function startAlertReceiver(dataDir: string): Promise<AlertReceiver> {
  const told: ToldAlert[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const { alerts } = JSON.parse(text) as { alerts: Omit<ToldAlert, 'receiver'>[] };
    told.push(...alerts.map((alert) => ({ ...alert, receiver: (request.url ?? '').slice(1) })));
    response.writeHead(200).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await mkdir(dataDir, { recursive: true });
  const config = join(dataDir, 'alertmanager.yaml');
  const urls = { pagerUrl: `${base}/pager`, teamUrl: `${base}/team` };
  await writeFile(config, alertmanagerConfig({ ...urls, groupWait: '1s', groupInterval: '1s' }));
  const port = await freePort();
  const service: DebianService = await startDebianService({
    command: 'prometheus-alertmanager',
    args: [
      ...[`--config.file=${config}`, `--storage.path=${join(dataDir, 'data')}`],
      ...[`--web.listen-address=127.0.0.1:${port}`, '--cluster.listen-address=', '--log.level=warn'],
    ],
    url: `http://127.0.0.1:${port}`,
    logFile: join(dataDir, 'alertmanager.log'),
  });
  return {
    told,
    address: `127.0.0.1:${port}`,
    async close() {
      await service.stop();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
