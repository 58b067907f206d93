import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { pino } from 'pino';
import { createEcsEndpoint, type EcsEndpointOptions } from './endpoint.ts';

/**
 * The ECS endpoint as a process of its own. Each setting is an argument or, without one, a variable:
 * --data-dir ECS_DATA_DIR (required) · --host ECS_HOST · --port ECS_PORT (8090) · --region AWS_REGION ·
 * --clusters ECS_CLUSTERS (names, separated by commas) · --task-definitions ECS_TASK_DEFINITIONS (a JSON file with a list of
 * RegisterTaskDefinition requests) · --log-level LOG_LEVEL (info)
 *
 * Ready: `{ready: true, url}` to a parent with an IPC channel, and a line in the log. It ends, its tasks first, on
 * SIGTERM, SIGINT and when such a parent is gone. Exit code 0; 1 where it could not start.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      'data-dir': { type: 'string', default: process.env['ECS_DATA_DIR'] ?? '' },
      host: { type: 'string', default: process.env['ECS_HOST'] ?? '127.0.0.1' },
      port: { type: 'string', default: process.env['ECS_PORT'] ?? '8090' },
      region: { type: 'string', default: process.env['AWS_REGION'] ?? 'us-east-1' },
      clusters: { type: 'string', default: process.env['ECS_CLUSTERS'] ?? 'default' },
      'task-definitions': { type: 'string', default: process.env['ECS_TASK_DEFINITIONS'] ?? '' },
      'log-level': { type: 'string', default: process.env['LOG_LEVEL'] ?? 'info' },
    },
  });
  const log = pino({ name: 'ecs', level: values['log-level'] });
  if (values['data-dir'] === '') throw new Error('--data-dir or ECS_DATA_DIR: expected a directory, got nothing');
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`--port or ECS_PORT: expected 0 to 65535, got ${values.port}`);
  }
  const options: EcsEndpointOptions = {
    dataDir: values['data-dir'],
    host: values.host,
    port,
    region: values.region,
    clusters: values.clusters.split(',').map((name) => name.trim()),
    taskDefinitions: await readTaskDefinitions(values['task-definitions']),
    path: process.env['PATH'] ?? '',
    log,
  };
  const ending = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => ending.abort(signal));
  process.once('disconnect', () => ending.abort('the parent is gone'));

  const endpoint = await createEcsEndpoint(options);
  process.send?.({ ready: true, url: endpoint.url });
  await new Promise<void>((resolve) => {
    if (ending.signal.aborted) resolve();
    ending.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  log.info({ why: ending.signal.reason }, 'the ECS endpoint ends');
  await endpoint.close();
  if (process.connected) process.disconnect();
}

async function readTaskDefinitions(file: string): Promise<RegisterTaskDefinitionCommandInput[]> {
  if (file === '') return [];
  const value: unknown = JSON.parse(await readFile(file, 'utf8'));
  if (!Array.isArray(value)) throw new Error(`${file}: expected a JSON list of task definitions`);
  return value as RegisterTaskDefinitionCommandInput[];
}

main().catch((error: unknown) => {
  process.stderr.write(`ecs endpoint: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
