import { readFile } from 'node:fs/promises';
import type { RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { pino } from 'pino';
import manifest from '../../package.json' with { type: 'json' };
import { listSetting, portSetting, requiredSetting, serveService } from '../service/index.ts';
import { createEcsEndpoint } from './endpoint.ts';

/**
 * The embedded ECS as a process. Settings: `LOCAL_ECS_DATA_DIR` (required), `LOCAL_ECS_HOST` (127.0.0.1),
 * `LOCAL_ECS_PORT` (8090), `LOCAL_ECS_CLUSTERS` (names, separated by spaces), `LOCAL_ECS_TASK_DEFINITIONS` (a JSON
 * file with a list of RegisterTaskDefinition requests), `AWS_REGION` (us-east-1), `LOG_LEVEL` (info). When it ends,
 * its tasks get SIGTERM and `CLOSE_GRACE_MS` to finish.
 */
const { env } = process;
const CLOSE_GRACE_MS = 15_000;

await serveService({
  name: 'ECS',
  listen: () => ({
    host: env['LOCAL_ECS_HOST'] ?? '127.0.0.1',
    port: portSetting(env, 'LOCAL_ECS_PORT', 8090),
    setting: 'LOCAL_ECS_PORT',
  }),
  async start({ host, port }) {
    const endpoint = await createEcsEndpoint({
      dataDir: requiredSetting(env, 'LOCAL_ECS_DATA_DIR'),
      host,
      port,
      region: env['AWS_REGION'] ?? 'us-east-1',
      clusters: listSetting(env, 'LOCAL_ECS_CLUSTERS'),
      taskDefinitions: await readTaskDefinitions(env['LOCAL_ECS_TASK_DEFINITIONS'] ?? ''),
      path: env['PATH'] ?? '',
      closeGraceMs: CLOSE_GRACE_MS,
      log: pino({ name: 'ecs', level: env['LOG_LEVEL'] ?? 'info' }),
    });
    return { info: { url: endpoint.url, version: manifest.version }, close: () => endpoint.close() };
  },
  closeTimeoutMs: CLOSE_GRACE_MS + 5000,
});

async function readTaskDefinitions(file: string): Promise<RegisterTaskDefinitionCommandInput[]> {
  if (file === '') return [];
  const value: unknown = JSON.parse(await readFile(file, 'utf8'));
  if (!Array.isArray(value)) throw new Error(`${file}: expected a JSON list of task definitions`);
  return value as RegisterTaskDefinitionCommandInput[];
}
