import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { Clock, Logger } from '@meetingbot/crds-schema';
import { ProcessError } from './errors.ts';
import { LogLines } from './log-lines.ts';
import { ourselves, type ProcessUser, signalAs } from './process-user.ts';
import { findProgram } from './programs.ts';

/** How long the last output of an ended process is waited for. */
const LAST_WORDS_MS = 250;
const KILL_AGAIN_MS = 1000;

/** What every process-starting function of the recorder is handed. */
export interface ProcessDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** The environment that children start from; needs `PATH`. Must hold no credentials. */
  readonly env: Readonly<Record<string, string>>;
}

export interface ChildOptions {
  /** Program to run: a name on `PATH` or an absolute path. */
  readonly program: string;
  readonly args: readonly string[];
  /** Added to the environment of the dependencies. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Whom it runs as. Default: ourselves. */
  readonly user?: ProcessUser;
  /** Standard output: logged line by line (default), or left to the caller as `stdout`. */
  readonly stdout?: 'log' | 'raw';
  /** Called with each line, also those that the log leaves out; at most 500 characters of it. */
  readonly onLine?: (line: string) => void;
  /** A writable standard input; else it is /dev/null. Default false. */
  readonly stdin?: boolean;
  /** How far it stands back where processor time is short: the niceness added to ours, 0 to 19. Default 0. */
  readonly niceness?: number;
  /** How many further pipes the child gets, from file descriptor 3 on; read them from `pipes`. Default 0. */
  readonly pipes?: number;
}

/** How a process ended: one of the two is not null. */
export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Child {
  readonly program: string;
  readonly pid: number;
  /** Null when there is none; see {@link ChildOptions}. */
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
  readonly pipes: readonly Readable[];
  /** Resolves once the process is gone and its standard error was read; never rejects. */
  readonly exited: Promise<ChildExit>;
  /** Undefined while the process runs. */
  exit(): ChildExit | undefined;
  /** The last lines it wrote to standard error (and to standard output, where that is logged). */
  lastLines(): string;
  /** Sends a signal; false when the process is gone already. */
  signal(signal: NodeJS.Signals): boolean;
  /** SIGTERM, then SIGKILL after `graceMs`. Resolves when it is gone. May be called again. */
  terminate(options: { readonly graceMs: number }): Promise<ChildExit>;
}

/**
 * Starts a program that dies with us, whatever kills us: `setpriv --pdeathsig KILL` (util-linux) asks the kernel for it.
 * Where setpriv is missing the child is only ended by {@link Child.terminate}; so is one of another user whom we may not
 * signal, since the kernel asks about that, too: the container's end is theirs.
 * @throws ProcessError `ProgramMissing`, also when the program cannot be executed.
 */
export async function startChild(options: ChildOptions, deps: ProcessDeps): Promise<Child> {
  const path = deps.env['PATH'] ?? '';
  const program = findProgram(options.program, path);
  if (program === undefined) {
    throw new ProcessError(
      'ProgramMissing',
      options.program,
      `${options.program} is not installed (PATH is "${path}")`,
    );
  }
  const { user = ourselves() } = options;
  const setpriv = findProgram('setpriv', path);
  const own = setpriv ? [setpriv, '--pdeathsig', 'KILL', '--'] : [];
  const nice = options.niceness === undefined ? undefined : findProgram('nice', path);
  const command = [
    ...(user.command.length > 0 ? user.command : own),
    ...(nice ? [nice, '-n', String(options.niceness)] : []),
    ...[program, ...options.args],
  ];
  const [file = program, ...args] = command;
  const extra = Array.from({ length: options.pipes ?? 0 }, () => 'pipe' as const);
  const child = spawn(file, args, {
    env: { ...deps.env, ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    stdio: [options.stdin ? 'pipe' : 'ignore', 'pipe', 'pipe', ...extra],
  });
  try {
    await once(child, 'spawn');
  } catch (cause) {
    throw new ProcessError('ProgramMissing', options.program, `${options.program} could not be started`, { cause });
  }
  return wrap(child, user, options, deps);
}

function wrap(child: ChildProcess, user: ProcessUser, options: ChildOptions, deps: ProcessDeps): Child {
  const logger = deps.logger.child({ program: options.program, pid: child.pid });
  const lines = new LogLines(logger, deps.clock, options.onLine);
  const raw = options.stdout === 'raw';
  for (const output of raw ? [child.stderr] : [child.stdout, child.stderr]) {
    output?.setEncoding('utf8');
    output?.on('data', (text: string) => lines.push(text));
  }
  // Writing to a child that has just died is no error of ours: its exit tells the story.
  child.stdin?.on('error', () => undefined);
  child.on('error', (error) => logger.warn({ error: error.message }, 'process error'));

  let exit: ChildExit | undefined;
  const exited = new Promise<ChildExit>((resolve) => {
    child.once('exit', (code, signal) => {
      const ended = { code, signal };
      exit = ended;
      logger.debug(ended, 'process ended');
      const finish = () => {
        clearTimeout(timer);
        lines.end();
        resolve(ended);
      };
      // Its last words come through the pipe after its end; a grandchild may hold the pipe open for ever.
      const timer = setTimeout(finish, LAST_WORDS_MS);
      if (child.stderr === null || child.stderr.closed) finish();
      else child.stderr.once('close', finish);
    });
  });

  const pid = child.pid ?? -1;
  const send = (signal: NodeJS.Signals): boolean => {
    if (exit !== undefined) return false;
    if (user.command.length === 0) return child.kill(signal);
    void signalAs(user, pid, signal, deps);
    return true;
  };

  return {
    program: options.program,
    pid,
    stdin: child.stdin,
    stdout: raw ? child.stdout : null,
    pipes: child.stdio.slice(3).filter((pipe) => pipe !== null && pipe !== undefined) as unknown as Readable[],
    exited,
    exit: () => exit,
    lastLines: () => lines.tail(),
    signal: send,
    terminate: async ({ graceMs }) => {
      if (exit === undefined) {
        send('SIGTERM');
        // Again and again: a signal to another user's process takes a process of its own, which may not come to be.
        let killer = setTimeout(kill, graceMs);
        function kill() {
          send('SIGKILL');
          killer = setTimeout(kill, KILL_AGAIN_MS);
        }
        await exited.finally(() => clearTimeout(killer));
      }
      return exited;
    },
  };
}
