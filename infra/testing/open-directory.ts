import { chmodSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** As /tmp: a recorder's browser, which has a user of its own, may make directories in it. */
const OPEN = 0o1777;

/** Makes an open directory of a name that nothing has. */
export function makeOpenDirectory(prefix: string): string {
  const path = mkdtempSync(join(tmpdir(), prefix));
  chmodSync(path, OPEN);
  return path;
}

/** Makes an open directory. @throws the system's error, also where there is one already */
export function openDirectory(path: string): void {
  mkdirSync(path);
  // The umask takes away from what mkdir is told.
  chmodSync(path, OPEN);
}
