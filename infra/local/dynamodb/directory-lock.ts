import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** A directory that cannot be used. The message names it and is meant for the user. */
export class DirectoryLockError extends Error {
  override readonly name = 'DirectoryLockError';
  readonly code = 'DIRECTORY_UNUSABLE';
}

/**
 * Takes a directory for this process, making it when missing. The lock is the kernel's (through SQLite, since Node has
 * no call for it): it ends with the process, however that ends.
 * @returns the function that gives it back
 * @throws DirectoryLockError
 */
export function lockDirectory(directory: string): () => void {
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(directory, { recursive: true });
    database = new DatabaseSync(join(directory, 'lock'));
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database?.close();
    const cause = error instanceof Error ? error.message : String(error);
    const reason = /locked/.test(cause) ? 'another process is using it' : cause;
    throw new DirectoryLockError(`the data directory ${directory} cannot be used: ${reason}`, { cause: error });
  }
  return () => database.close();
}
