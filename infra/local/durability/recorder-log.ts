import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Meeting } from '@meetingbot/crds-schema';

/** What a line of a recorder's log says. */
export interface LogLine {
  readonly time: string;
  readonly message: string;
  readonly action?: string;
  readonly [field: string]: unknown;
}

/** What the recorders of a Meeting have logged, attempt by attempt. */
export function readLog(dataDir: string, { status }: Meeting): LogLine[] {
  return status.attempts.flatMap(({ taskArn }) => {
    const file = join(dataDir, 'ecs', 'logs', `${taskArn?.split('/').at(-1)}.log`);
    return readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as LogLine] : []));
  });
}

/** How long after `since` (wall clock, milliseconds) the recorder began to mend what had happened then, in seconds. */
export function secondsToNotice(log: readonly LogLine[], since: number): number {
  const mends = log.find(
    ({ time, action }) => Date.parse(time) >= since && (action === 'rejoin' || action === 'record'),
  );
  return mends === undefined ? Number.POSITIVE_INFINITY : (Date.parse(mends.time) - since) / 1000;
}
