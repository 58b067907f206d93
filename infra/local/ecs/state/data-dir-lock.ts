import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { realpathSync } from 'node:fs';
import { createServer } from 'node:net';

/** A lock that is held until `release`, or until the process that holds it ends, in whatever way. */
export interface DataDirLock {
  release(): Promise<void>;
}

/** Raised when another endpoint works on the data directory. */
export class DataDirInUseError extends Error {
  readonly code = 'DATA_DIR_IN_USE';

  constructor(dataDir: string, options: ErrorOptions) {
    super(`The data directory ${dataDir} is in use by another ECS endpoint: expected to be its only user`, options);
    this.name = 'DataDirInUseError';
  }
}

/**
 * Takes the lock of a data directory: an abstract Unix socket with a name made of its path, which the kernel frees.
 * @throws DataDirInUseError
 */
export async function lockDataDir(dataDir: string): Promise<DataDirLock> {
  const server = createServer((socket) => socket.destroy());
  const name = createHash('sha256').update(realpathSync(dataDir)).digest('hex').slice(0, 32);
  try {
    server.listen(`\0meetingbot-ecs-${name}`);
    await once(server, 'listening');
  } catch (cause) {
    throw new DataDirInUseError(dataDir, { cause });
  }
  server.unref();
  return {
    release: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
