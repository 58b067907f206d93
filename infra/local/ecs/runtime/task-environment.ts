import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { type ContainerSpec, ContainerStartError } from './runtime.ts';

/** The path of a Debian image. */
export const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** TMPDIR of a task in its directory. */
export const temporaryIn = (directory: string): string => join(directory, 't');

/** The whole environment of a container: nothing of the endpoint's own gets in. */
export function taskEnvironment(
  spec: ContainerSpec,
  options: { path: string; directory: string },
): Record<string, string> {
  return {
    PATH: options.path,
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    HOME: options.directory,
    TMPDIR: temporaryIn(options.directory),
    XDG_RUNTIME_DIR: options.directory,
    ...spec.environment,
  };
}

/**
 * Looks for the program as a container runtime does.
 * @throws ContainerStartError in the words of runc when there is none.
 */
export async function requireProgram(program: string | undefined, path: string, directory: string): Promise<void> {
  const fail = (why: string) => new ContainerStartError(`${beginning} ${why}: unknown`);
  if (program === undefined || program === '') throw fail('no command specified');
  if (program.includes('/')) {
    const file = isAbsolute(program) ? program : resolve(directory, program);
    if (!(await exists(file))) throw fail(`exec: "${program}": stat ${program}: no such file or directory`);
    if (!(await isProgram(file))) throw fail(`exec: "${program}": permission denied`);
    return;
  }
  for (const folder of path.split(delimiter)) {
    if (await isProgram(join(folder, program))) return;
  }
  throw fail(`exec: "${program}": executable file not found in $PATH`);
}

const beginning =
  'ResourceInitializationError: failed to create new container runtime task: failed to create shim task: ' +
  'OCI runtime create failed: runc create failed: unable to start container process:';

const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );

const isProgram = (file: string) =>
  access(file, constants.X_OK)
    .then(() => stat(file))
    .then(
      (found) => found.isFile(),
      () => false,
    );
