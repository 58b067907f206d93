import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/** Where `program` is found on the search path `path` (as in `PATH`), or undefined. An absolute path is only checked. */
export function findProgram(program: string, path: string): string | undefined {
  const candidates = isAbsolute(program) ? [program] : path.split(delimiter).map((folder) => join(folder, program));
  return candidates.find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
