import manifest from 'dynalite/package.json' with { type: 'json' };
import { portSetting, requiredSetting, serveService } from '../service/index.ts';
import { createDynamoEndpoint } from './endpoint.ts';

/**
 * The embedded DynamoDB as a process. Settings: `LOCAL_DYNAMODB_DATA_DIR` (required), `LOCAL_DYNAMODB_HOST`
 * (127.0.0.1), `LOCAL_DYNAMODB_PORT` (8000).
 */
const { env } = process;

await serveService({
  name: 'DynamoDB',
  listen: () => ({
    host: env['LOCAL_DYNAMODB_HOST'] ?? '127.0.0.1',
    port: portSetting(env, 'LOCAL_DYNAMODB_PORT', 8000),
    setting: 'LOCAL_DYNAMODB_PORT',
  }),
  async start({ host, port }) {
    const dataDir = requiredSetting(env, 'LOCAL_DYNAMODB_DATA_DIR');
    const endpoint = await createDynamoEndpoint({ dataDir, host, port });
    return { info: { url: endpoint.url, version: manifest.version }, close: () => endpoint.close() };
  },
});
