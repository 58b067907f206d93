import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { Clock, Logger } from '@meetingbot/crds-schema';
import { type Confinement, pidNamespace, processGroup } from './confinement.ts';

export interface ConfinedProcess {
  /** The wrapped process. Its group has its pid; it ends with the command's exit code. */
  readonly child: ChildProcess;
  /** The command's own process; undefined when it ended before it was seen. */
  readonly main: number | undefined;
}

export interface ConfinedCommand {
  readonly command: readonly string[];
  readonly confinement: Confinement;
  readonly clock: Clock;
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** File descriptor for what the command writes to standard output and error. Default: nowhere. */
  readonly output?: number;
}

const startLimitMs = 10_000;

/**
 * Starts a command in a confinement, see there for the gate.
 * @throws Error when the tools can't be spawned or the gate isn't reached within ten seconds; nothing is left then.
 */
export async function startConfined(options: ConfinedCommand): Promise<ConfinedProcess> {
  const { confinement, clock, directory, environment, output = 'ignore' } = options;
  const [program, ...args] = confinement.wrap(options.command);
  const child = spawn(program, args, {
    cwd: directory,
    env: environment,
    stdio: ['ignore', output, output, 'pipe'],
    detached: true,
  });
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  const deadline = clock.monotonic() + startLimitMs;

  async function until<T>(look: () => T | undefined): Promise<T | undefined> {
    while (child.exitCode === null && child.signalCode === null) {
      const seen = look();
      if (seen !== undefined) return seen;
      if (clock.monotonic() > deadline) {
        confinement.kill(pid, undefined);
        throw new Error(`the process was not running after ${startLimitMs} ms`);
      }
      await clock.sleep(2);
    }
    return undefined;
  }

  const gate = await until(() => confinement.gatePid(pid));
  openGate(child.stdio[3] as Writable);
  return { child, main: gate === undefined ? undefined : await until(() => confinement.mainPid(gate)) };
}

function openGate(pipe: Writable): void {
  // A command that ended before has closed its side: that is told by its exit code.
  pipe.on('error', () => undefined);
  pipe.end('go\n');
}

/**
 * The strongest confinement that works here, found by trying it.
 * @throws Error when not even a process group works (no `setpriv`: the package util-linux is missing).
 */
export async function chooseConfinement({ clock, log }: { clock: Clock; log: Logger }): Promise<Confinement> {
  for (const confinement of [pidNamespace, processGroup]) {
    if (!(await works(confinement, clock))) continue;
    if (confinement === pidNamespace) log.info({ confinement: confinement.name }, 'tasks run in PID namespaces');
    else log.warn({ confinement: confinement.name }, 'PID namespaces are not permitted: tasks run in process groups');
    return confinement;
  }
  throw new Error('Tasks cannot be run: expected setpriv and sh (Debian package util-linux) to work, they did not.');
}

async function works(confinement: Confinement, clock: Clock): Promise<boolean> {
  const command = ['/bin/sleep', '60'];
  try {
    const { child, main } = await startConfined({ command, confinement, clock, directory: '/', environment: {} });
    if (child.exitCode !== null || child.signalCode !== null) return false;
    const ended = once(child, 'exit');
    confinement.kill(child.pid ?? 0, main);
    await ended;
    return main !== undefined;
  } catch {
    return false;
  }
}
