import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type DebianService, freePort } from './debian-service.ts';
import { startPrometheus } from './prometheus.ts';

export interface LocalPrometheusOptions {
  dataDir: string;
  /** 0: any free one. */
  port: number;
  /** URL of the API. */
  api: string;
  /** Where programs are looked for. */
  path: string | undefined;
}

/** Prometheus beside the local stack: the stack does without it where it is not installed, or its port is taken. */
export type LocalPrometheus = DebianService | { url: undefined; why: string; stop(): Promise<void> };

/** Starts Prometheus with our rules on the local controller, where Debian's package is installed. Never throws. */
export async function startLocalPrometheus({
  dataDir,
  port,
  api,
  path,
}: LocalPrometheusOptions): Promise<LocalPrometheus> {
  const without = (why: string) => ({ url: undefined, why, stop: async () => {} });
  if (!isInstalled('prometheus', path)) return without('not installed (apt-get install prometheus)');
  try {
    return await startPrometheus({
      dataDir: join(dataDir, 'prometheus'),
      port: port === 0 ? await freePort() : port,
      targets: [new URL(api).host],
      interval: '5s',
      environment: 'local',
    });
  } catch (error) {
    return without((error as Error).message);
  }
}

function isInstalled(program: string, path = ''): boolean {
  return path.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
