import { createLogger, startController, VERSION } from '@meetingbot/controller';
import { portSetting, serveService } from '../service/index.ts';

/** The controller as a part of the embedded stack: the production one, in the stack's life. */
const { env } = process;

await serveService({
  name: 'API',
  listen: () => ({ host: env['HOST'] ?? '127.0.0.1', port: portSetting(env, 'PORT', 3000), setting: 'PORT' }),
  async start() {
    const log = createLogger(env['LOG_LEVEL'] ?? 'info');
    const controller = await startController({ env: { ...env, DYNAMODB_CREATE_TABLE: 'true' }, log });
    return { info: { url: controller.url, version: VERSION }, close: () => controller.close() };
  },
  closeTimeoutMs: 15_000,
});
