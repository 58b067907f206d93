import type { ChildProcess } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, open, readdir, rm, stat } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Clock, Logger } from '@meetingbot/crds-schema';
import { chooseConfinement, startConfined } from './confined-process.ts';
import type { Confinement } from './confinement.ts';
import {
  type ContainerExit,
  type ContainerHandle,
  type ContainerSpec,
  ContainerStartError,
  type TaskRuntime,
} from './runtime.ts';
import { handlesSigterm, signalGroup, signalProcess } from './signals.ts';
import { defaultPath, requireProgram, taskEnvironment, temporaryIn } from './task-environment.ts';

export interface ProcessRuntimeOptions {
  /** Holds `logs/<taskId>.log` and the tasks' directories. Owned by one runtime at a time. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** PATH of the tasks. Default: that of a Debian image. */
  readonly path?: string;
  /** Default: the strongest that works here. */
  readonly confinement?: Confinement;
}

/** A path of a Unix socket has 107 bytes, of which TMPDIR's name and what a recorder's Chromium puts behind it are 59. */
const longestTaskDirectory = 48;
const logsAreKeptMs = 7 * 24 * 3_600_000;

/**
 * Runs each container as a process tree in a PID namespace and session of its own, in a new directory that is its HOME and
 * XDG_RUNTIME_DIR, holds its TMPDIR, and is removed with it. Other users may pass through it, and make files in TMPDIR only,
 * as in a container's /tmp: a task may have children of other users. Removes what a killed predecessor left behind.
 */
export async function processRuntime(options: ProcessRuntimeOptions): Promise<TaskRuntime> {
  const { clock } = options;
  const confinement = options.confinement ?? (await chooseConfinement(options));
  const logs = join(options.dataDir, 'logs');
  const scratch = scratchDirectory(resolve(options.dataDir));
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch, { recursive: true, mode: 0o711 });
  await mkdir(logs, { recursive: true });
  await removeLogsBefore(clock.now() - logsAreKeptMs, logs);

  return {
    name: confinement.name,
    async start(spec) {
      const directory = await mkdtemp(join(scratch, `${spec.taskId.slice(0, 6)}-`));
      try {
        await chmod(directory, 0o711);
        await mkdir(temporaryIn(directory));
        // The umask takes away from what mkdir is told.
        await chmod(temporaryIn(directory), 0o1777);
        return await startIn({ directory, spec, confinement, clock, logs, path: options.path ?? defaultPath });
      } catch (error) {
        await rm(directory, { recursive: true, force: true });
        if (error instanceof ContainerStartError) throw error;
        throw new ContainerStartError(error instanceof Error ? error.message : String(error), { cause: error });
      }
    },
  };
}

interface Start {
  readonly directory: string;
  readonly spec: ContainerSpec;
  readonly confinement: Confinement;
  readonly clock: Clock;
  readonly logs: string;
  readonly path: string;
}

async function startIn({ directory, spec, confinement, clock, logs, path }: Start): Promise<ContainerHandle> {
  const environment = taskEnvironment(spec, { path, directory });
  const workingDirectory = spec.workingDirectory ?? directory;
  await requireProgram(spec.command[0], environment['PATH'] ?? '', workingDirectory);
  const output = await open(join(logs, `${spec.taskId}.log`), 'a', 0o600);
  try {
    const { child, main } = await startConfined({
      command: spec.command,
      confinement,
      clock,
      directory: workingDirectory,
      environment,
      output: output.fd,
    });
    return handleOf({ child, main, spec, directory, confinement, clock });
  } finally {
    await output.close();
  }
}

interface Started {
  readonly child: ChildProcess;
  readonly main: number | undefined;
  readonly spec: ContainerSpec;
  readonly directory: string;
  readonly confinement: Confinement;
  readonly clock: Clock;
}

function handleOf({ child, main, spec, directory, confinement, clock }: Started): ContainerHandle {
  const group = child.pid ?? 0;
  let killed = false;
  let reason: string | undefined;
  const isOver = () => child.exitCode !== null || child.signalCode !== null;

  async function untilGone(): Promise<ContainerExit> {
    if (!isOver()) await once(child, 'exit');
    // In a PID namespace nothing is left by now; of a process group there may be.
    for (let tries = 0; signalGroup(group, 'SIGKILL') && tries < 500; tries += 1) await clock.sleep(2);
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
    const bySignal = child.signalCode === null ? undefined : 128 + constants.signals[child.signalCode];
    const exitCode = killed ? 137 : (bySignal ?? child.exitCode ?? 1);
    return reason === undefined ? { exitCode } : { exitCode, reason };
  }

  return {
    id: randomUUID(),
    exited: untilGone(),
    signal(signal, why) {
      if (isOver()) return;
      reason = why ?? reason;
      if (signal === 'SIGKILL') {
        killed = true;
        confinement.kill(group, main);
      } else if (main !== undefined && (spec.init || handlesSigterm(main))) {
        signalProcess(main, 'SIGTERM');
      }
    },
  };
}

function scratchDirectory(dataDir: string): string {
  const beside = join(dataDir, 't');
  const nameLength = '/abcdef-abcdef'.length;
  if (Buffer.byteLength(beside) + nameLength <= longestTaskDirectory) return beside;
  return join(tmpdir(), `ecs-${createHash('sha256').update(dataDir).digest('hex').slice(0, 8)}`);
}

async function removeLogsBefore(time: number, logs: string): Promise<void> {
  for (const name of await readdir(logs)) {
    const file = join(logs, name);
    if ((await stat(file)).mtimeMs < time) await rm(file, { force: true });
  }
}
