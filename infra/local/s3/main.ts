import { pino } from 'pino';
import manifest from '../../package.json' with { type: 'json' };
import { listSetting, portSetting, requiredSetting, serveService } from '../service/index.ts';
import { createS3Endpoint } from './endpoint.ts';

/**
 * The embedded S3 as a process. Settings: `LOCAL_S3_DATA_DIR` (required), `LOCAL_S3_HOST` (127.0.0.1),
 * `LOCAL_S3_PORT` (9000), `LOCAL_S3_BUCKETS` (buckets to be there, separated by spaces), `LOG_LEVEL` (info).
 */
const { env } = process;

await serveService({
  name: 'S3',
  listen: () => ({
    host: env['LOCAL_S3_HOST'] ?? '127.0.0.1',
    port: portSetting(env, 'LOCAL_S3_PORT', 9000),
    setting: 'LOCAL_S3_PORT',
  }),
  async start({ host, port }) {
    const endpoint = await createS3Endpoint({
      dataDir: requiredSetting(env, 'LOCAL_S3_DATA_DIR'),
      host,
      port,
      buckets: listSetting(env, 'LOCAL_S3_BUCKETS'),
      log: pino({ name: 's3', level: env['LOG_LEVEL'] ?? 'info' }),
    });
    return { info: { url: endpoint.url, version: manifest.version }, close: () => endpoint.close() };
  },
});
