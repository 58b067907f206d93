import { SettingsError } from '@meetingbot/crds-schema';
import { startController } from './controller.ts';
import { createLogger } from './log.ts';

/** The controller's process. Exit code 78: a setting is missing or wrong, said in one line. */
const EXIT_CONFIG = 78;

async function main(): Promise<void> {
  const log = createLogger(process.env['LOG_LEVEL'] ?? 'info');
  const controller = await startController({ env: process.env, log });
  let closing = false;
  const close = (signal: string) => {
    if (closing) return;
    closing = true;
    log.info({ signal }, 'the controller stops');
    controller.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', close);
  process.on('SIGINT', close);
}

main().catch((error: unknown) => {
  if (!(error instanceof SettingsError)) {
    console.error(error);
    process.exit(1);
  }
  console.error(error.message);
  process.exit(EXIT_CONFIG);
});
