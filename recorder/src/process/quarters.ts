import { mkdir, readdir, readlink, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ProcessDeps } from './child.ts';
import { type ProcessUser, runAs } from './process-user.ts';

/** Of `keys`: leads to the directory. */
const LINK = 'quarters';
const REMOVE_TRIES = 5;
const REMOVE_PAUSE_MS = 100;

/** Where display, sound and browser live: a directory of their user's, which may be another than ours. */
export interface Quarters {
  readonly user: ProcessUser;
  /** Whoever knows it may pass through and read nothing: what is in it is its user's alone. */
  readonly path: string;
  /** A directory of ours, for what opens the doors in there to us. */
  readonly keys: string;
  /** Of the programs in there: `HOME` and `TMPDIR`, which are there. */
  readonly env: Readonly<Record<'HOME' | 'TMPDIR', string>>;
  /** Writes a file, for its user alone, with the directories it is in. */
  write(name: string, content: string | Uint8Array, options?: { readonly executable?: boolean }): Promise<void>;
  /** Runs a program of a moment's length as its user. @throws Error as {@link runAs} */
  run(command: readonly string[]): Promise<string>;
  /** Removes it and `keys`. May be called again. @throws Error when something stays */
  remove(): Promise<void>;
}

export interface QuartersOptions {
  readonly user: ProcessUser;
  /** Where the directory is made; a short path, since sockets lie below it. */
  readonly root: string;
  /** Is made; readable by us only. The rest is found from there. */
  readonly keys: string;
}

/** @throws Error where there can be no such directory */
export async function makeQuarters({ user, root, keys }: QuartersOptions, deps: ProcessDeps): Promise<Quarters> {
  await mkdir(keys, { recursive: true, mode: 0o700 });
  const make =
    'made=$(mktemp -d "$1/mb-XXXXXX") && mkdir -m 700 "$made/home" "$made/t" && chmod 711 "$made" && echo "$made"';
  const path = (await runAs(user, ['sh', '-c', make, 'make', root], deps)).trim();
  await symlink(path, join(keys, LINK));
  const run = (command: readonly string[], input?: string | Uint8Array) => runAs(user, command, deps, input);
  return {
    ...{ user, path, keys, run },
    env: { HOME: join(path, 'home'), TMPDIR: join(path, 't') },
    async write(name, content, { executable = false } = {}) {
      const file = join(path, name);
      const script = 'umask 077; mkdir -p "$2" && cat >"$1" && chmod "$3" "$1"';
      await run(['sh', '-c', script, 'write', file, dirname(file), executable ? '700' : '600'], content);
    },
    remove: () => removeQuarters(keys, user, deps),
  };
}

/** Removes the quarters whose keys are in directories of `workDir`, and those. @throws Error when something stays */
export async function clearQuarters(workDir: string, user: ProcessUser, deps: ProcessDeps): Promise<void> {
  const folders = (await readdir(workDir, { withFileTypes: true })).filter((each) => each.isDirectory());
  for (const { name } of folders) await removeQuarters(join(workDir, name), user, deps);
}

async function removeQuarters(keys: string, user: ProcessUser, deps: ProcessDeps): Promise<void> {
  const path = await readlink(join(keys, LINK)).catch(() => undefined);
  if (path !== undefined) await removeAs(user, path, deps);
  await rm(keys, { recursive: true, force: true, maxRetries: REMOVE_TRIES });
}

/** What is being ended may still write into it. */
async function removeAs(user: ProcessUser, path: string, deps: ProcessDeps, tries = REMOVE_TRIES): Promise<void> {
  try {
    await runAs(user, ['rm', '-rf', '--', path], deps);
  } catch (error) {
    if (tries === 1) throw error;
    await deps.clock.sleep(REMOVE_PAUSE_MS);
    await removeAs(user, path, deps, tries - 1);
  }
}
