import { join, resolve } from 'node:path';
import { type LocalPrometheus, startLocalPrometheus } from './observe/local-prometheus.ts';
import { portSetting, ServiceSettingError, ServiceStartError } from './service/index.ts';
import { projectRoot } from './stack/places.ts';
import { type Stack, startStack } from './stack/stack.ts';

/**
 * `npm start`: the embedded stack until Ctrl-C. Settings: `PORT`, `LOCAL_S3_PORT`, `LOCAL_DYNAMODB_PORT`,
 * `LOCAL_ECS_PORT`, `LOCAL_PROMETHEUS_PORT` (0: any free one), `LOCAL_DATA_DIR`, and all of the controller's.
 */

const { env } = process;
const dataDir = resolve(env['LOCAL_DATA_DIR'] ?? join(projectRoot, '.local', 'stack'));

async function main(): Promise<number> {
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ending.abort(signal));
  const stack = await startStack({
    dataDir,
    ports: {
      api: portSetting(env, 'PORT', 3000),
      s3: portSetting(env, 'LOCAL_S3_PORT', 9000),
      dynamodb: portSetting(env, 'LOCAL_DYNAMODB_PORT', 8000),
      ecs: portSetting(env, 'LOCAL_ECS_PORT', 8090),
    },
    settings: env,
  });
  let prometheus: LocalPrometheus | undefined;
  try {
    await ready(stack, ending.signal);
    const port = portSetting(env, 'LOCAL_PROMETHEUS_PORT', 9090);
    prometheus = await startLocalPrometheus({ dataDir, port, api: stack.api.info.url, path: env['PATH'] });
    printTable(stack, prometheus);
    const ended = new Promise<undefined>((resolve) => {
      if (ending.signal.aborted) resolve(undefined);
      ending.signal.addEventListener('abort', () => resolve(undefined), { once: true });
    });
    const broken = await Promise.race([stack.broken, ended]);
    if (broken === undefined) {
      console.log('\nstopping…');
      return 0;
    }
    console.error(`${broken.name} ended by itself; its log is in ${join(dataDir, 'logs')}`);
    return 1;
  } finally {
    await prometheus?.stop();
    await stack.stop();
  }
}

/** Waits for /readyz: the API answers and this controller leads. */
async function ready(stack: Stack, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const response = await fetch(`${stack.api.info.url}/readyz`).catch(() => undefined);
    if (response?.status === 200 || signal.aborted) return;
    if (Date.now() > deadline) throw new ServiceStartError(`API: not ready within 60 s: ${await response?.text()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function printTable({ api, s3, dynamodb, ecs }: Stack, prometheus: LocalPrometheus): void {
  const rows = [
    ['part', 'where', 'version'],
    ...[api, s3, dynamodb, ecs].map(({ name, info }) => [name, info.url, info.version]),
    ['Prometheus', prometheus.url ?? prometheus.why, ''],
    ['Node', process.execPath, process.version],
    ['data', dataDir, ''],
  ];
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const [name = '', where = '', version = ''] of rows) {
    console.log(`${name.padEnd(widths[0] ?? 0)}  ${where.padEnd(widths[1] ?? 0)}  ${version}`.trimEnd());
  }
  console.log('Ctrl-C stops it.');
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const known = error instanceof ServiceStartError || error instanceof ServiceSettingError;
    console.error(known ? error.message : error);
    process.exit(1);
  },
);
