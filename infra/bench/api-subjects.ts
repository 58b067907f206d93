import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rig, start } from './controller/rig.ts';

/** What is measured: the API as a process of its own. */
export interface Subject {
  store: 'dynalite' | 'memory';
  url: string;
  pid: number;
  /** Seconds that calls to the store took since the process began, and how many; zeros where it has none. */
  storeTime(): Promise<{ seconds: number; calls: number }>;
  close(): Promise<void>;
}

/** The whole controller, over dynalite: each write is reconciled too. */
export async function dynaliteSubject(): Promise<Subject> {
  const rig = await Rig.start();
  const { info, pid } = await rig.startController();
  return { store: 'dynalite', url: info.url, pid, storeTime: () => storeTimeOf(info.url), close: () => rig.close() };
}

/** The API alone, over a store in its own memory. */
export async function memorySubject(): Promise<Subject> {
  const dataDir = await mkdtemp(join(tmpdir(), 'bench-api-'));
  const service = await start(dataDir, 'api', '../api-memory-service.ts', {});
  return {
    store: 'memory',
    url: service.info.url,
    pid: service.pid,
    storeTime: async () => ({ seconds: 0, calls: 0 }),
    async close() {
      await service.stop();
      await rm(dataDir, { recursive: true });
    },
  };
}

async function storeTimeOf(url: string): Promise<{ seconds: number; calls: number }> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const total = (kind: 'sum' | 'count') => {
    const line = new RegExp(
      `^meetingbot_aws_call_duration_seconds_${kind}\\{[^}]*service="dynamodb"[^}]*\\} (\\S+)$`,
      'gm',
    );
    return [...text.matchAll(line)].reduce((sum, [, value]) => sum + Number(value), 0);
  };
  return { seconds: total('sum'), calls: total('count') };
}
