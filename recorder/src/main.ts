import { tmpdir } from 'node:os';
import {
  EXIT_CODES,
  EXIT_CONFIG,
  RecorderSettings,
  readSettings,
  SettingsError,
  systemClock,
} from '@meetingbot/crds-schema';
import { makeLogger } from './session/logger.ts';
import { runTask } from './session/task.ts';

/** After SIGTERM we are gone within 100 s, whatever hangs: ECS kills at 120. */
const LAST_MS = 98_000;

async function main(): Promise<number> {
  const settings = readSettings(RecorderSettings, process.env);
  const logger = makeLogger({
    level: settings.LOG_LEVEL,
    file: 1,
    base: {
      meeting: `${settings.MEETING_NAMESPACE}/${settings.MEETING_NAME}`,
      uid: settings.MEETING_UID,
      attempt: settings.MEETING_ATTEMPT,
    },
  });
  const terminated = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      logger.info({ signal }, 'told to end');
      terminated.abort(signal);
      setTimeout(() => process.exit(EXIT_CODES.Terminated), LAST_MS).unref();
    });
  }
  let panic = (_: string): void => process.exit(EXIT_CODES.InternalError);
  const onUncaught = (error: unknown) => {
    logger.error({ err: error }, 'nobody has caught this');
    panic(`internal error: ${error instanceof Error ? error.message : String(error)}`);
  };
  process.on('uncaughtException', onUncaught);
  process.on('unhandledRejection', onUncaught);
  return runTask({
    ...{ settings, env: process.env, workRoot: tmpdir(), clock: systemClock, logger },
    random: Math.random,
    terminated: terminated.signal,
    onPanic: (handle) => {
      panic = handle;
    },
  });
}

try {
  process.exit(await main());
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(EXIT_CONFIG);
}
