import { LOG_LINES, type Logger } from '@meetingbot/crds-schema';
import { destination, pino } from 'pino';

/** A log of JSON lines. What may open anything is cut out by name, should it ever be logged. */
export function makeLogger(options: { readonly level: string; readonly file: 1 | 2; readonly base: object }): Logger {
  return pino(
    { ...LOG_LINES, level: options.level, base: { name: 'recorder', ...options.base } },
    // Written at once: the last lines of a process are the ones that matter.
    destination({ fd: options.file, sync: true }),
  );
}
