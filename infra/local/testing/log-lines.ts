import { join } from 'node:path';
import { isOf, type LogLine, parseLine } from '../logs/log-line.ts';
import { Tail } from '../logs/tail.ts';

/** What controller and recorders of a stack have logged of a Meeting so far, in the order of time. */
export async function logLinesOf(dataDir: string, meeting: string, uid: string): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  for await (const text of new Tail([join(dataDir, 'logs'), join(dataDir, 'ecs', 'logs')]).read()) {
    const line = parseLine(text);
    if (line === undefined || !['controller', 'recorder'].includes(line.name)) continue;
    if (isOf(line, meeting) || text.includes(uid)) lines.push(line);
  }
  return lines.sort((a, b) => a.time.localeCompare(b.time));
}

/**
 * Lines that speak of a Meeting and do not say which, or not of which attempt from its launch on. A request of a user
 * says which attempt there was when it was read: the launch may have come since.
 */
export function anonymous(lines: readonly LogLine[], uid: string): LogLine[] {
  const launchedAt = lines.findIndex(({ phase }) => phase === 'Launching');
  return lines.filter((line, index) => {
    const isLate = launchedAt >= 0 && index >= launchedAt && line['route'] === undefined;
    const isOfAttempt = isLate || line.name === 'recorder' || line['route']?.toString().endsWith('/status');
    return line['uid'] !== uid || (isOfAttempt && typeof line['attempt'] !== 'number');
  });
}
