import { execFile } from 'node:child_process';
import type { ProcessDeps } from './child.ts';
import { findProgram } from './programs.ts';

/** A user that children run as. */
export interface ProcessUser {
  readonly uid: number;
  /** What goes in front of a command for it to be run as this user; empty: the user is ours. */
  readonly command: readonly string[];
}

/** User and group of the recorder's image; on other machines nobody has it. */
export const BROWSER_ID = 10002;

/** In the recorder's image: a setpriv(1) that root owns, that runs as root, and that only our own group may run. */
const IMAGE_SETPRIV = '/usr/local/libexec/meetingbot/setpriv';

export const ourselves = (): ProcessUser => ({ uid: process.getuid?.() ?? 0, command: [] });

/**
 * Whom the browser runs as: a user that has nothing, so that a page which has taken the browser has neither our files nor our
 * processes. It takes root, or the program of our image in a container that may change users (SETUID, SETGID, no
 * `no-new-privileges`); where neither is, or where that user may not write in `root`, it is ourselves.
 * @param root - where {@link makeQuarters} is to make its directories
 */
export async function findBrowserUser(root: string, deps: ProcessDeps): Promise<ProcessUser> {
  const setpriv = [IMAGE_SETPRIV, findProgram('setpriv', deps.env['PATH'] ?? '')];
  for (const program of setpriv.filter((found) => found !== undefined)) {
    const ids = ['--reuid', String(BROWSER_ID), '--regid', String(BROWSER_ID), '--clear-groups'];
    const user = { uid: BROWSER_ID, command: [program, ...ids, '--no-new-privs', '--pdeathsig', 'KILL', '--'] };
    try {
      await runAs(user, ['test', '-w', root], deps);
      return user;
    } catch {
      // Not here.
    }
  }
  return ourselves();
}

/**
 * Runs a program of a moment's length.
 * @param input - for its standard input
 * @returns what it wrote to standard output
 * @throws Error with its last words when it fails, or after 10 s
 */
export function runAs(
  user: ProcessUser,
  command: readonly string[],
  { env }: Pick<ProcessDeps, 'env'>,
  input: string | Uint8Array = '',
): Promise<string> {
  const [file = '', ...args] = [...user.command, ...command];
  return new Promise((resolve, reject) => {
    // Of our working directory it may not know.
    const child = execFile(file, args, { env, cwd: '/', timeout: 10_000, encoding: 'utf8' }, (error, stdout) =>
      error === null ? resolve(stdout) : reject(error),
    );
    // Who does not read it has failed, which is told above.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

/** Sends a signal to a process of this user's; one that is gone already is none of our business. */
export async function signalAs(
  user: ProcessUser,
  pid: number,
  signal: NodeJS.Signals,
  deps: Pick<ProcessDeps, 'env'>,
): Promise<void> {
  const kill = ['sh', '-c', 'kill -s "$1" "$2"', 'kill', signal.slice('SIG'.length), String(pid)];
  await runAs(user, kill, deps).catch(() => undefined);
}
