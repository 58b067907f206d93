import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Clock, systemClock } from '@meetingbot/crds-schema';
import { isServiceMessage, type ServiceInfo } from './messages.ts';
import type { Environment } from './settings.ts';

export interface StartServiceOptions {
  /** How the user knows it, such as "S3". */
  readonly name: string;
  /** URL of its main.ts, which calls `serveService`. */
  readonly entry: URL;
  /** Its whole environment: nothing is inherited. */
  readonly env: Environment;
  /** Its output is appended here; the folder is made when missing. */
  readonly logFile: string;
  /** Bound on the time until it is ready, in milliseconds; default 20000. */
  readonly readyTimeoutMs?: number;
  /** Time from SIGTERM to SIGKILL in milliseconds; default 10000. */
  readonly stopTimeoutMs?: number;
  readonly clock?: Clock;
}

/** How a process ended: by an exit code or by a signal. */
export interface ServiceExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A part of the stack that runs as a child process. It ends with this process, also when this one is killed. */
export interface Service {
  readonly name: string;
  readonly pid: number;
  readonly info: ServiceInfo;
  /** Resolves when the process has ended, whatever ended it. */
  readonly exited: Promise<ServiceExit>;
  /** SIGTERM, a bounded wait, SIGKILL. Any number of calls. */
  stop(): Promise<ServiceExit>;
}

/** A service did not become ready. The message is one line for the user. */
export class ServiceStartError extends Error {
  override readonly name = 'ServiceStartError';
  readonly code = 'SERVICE_NOT_STARTED';
}

/**
 * Starts a part of the stack and waits until it is ready. When it does not become ready, no process is left.
 * @throws ServiceStartError
 */
export async function startService(options: StartServiceOptions): Promise<Service> {
  const { name, logFile, readyTimeoutMs = 20_000, stopTimeoutMs = 10_000, clock = systemClock } = options;
  const child = forkService(options);
  const exited = endOf(child);
  const timers = new AbortController();
  try {
    const outcome = await Promise.race([
      firstMessage(child, timers.signal),
      exited.then(({ code, signal }) => ({
        failure: `it ended before it was ready (${signal ?? `exit code ${code}`})`,
      })),
      clock
        .sleep(readyTimeoutMs, timers.signal)
        .then(() => ({ failure: `it was not ready within ${readyTimeoutMs} ms` })),
    ]);
    if ('failure' in outcome) throw new ServiceStartError(`${name}: ${outcome.failure}; its log is ${logFile}`);
    if (outcome.type === 'failed') throw new ServiceStartError(`${name}: ${outcome.message}`);
    return {
      name,
      pid: child.pid ?? 0,
      info: outcome.info,
      exited,
      stop: () => stopChild(child, exited, stopTimeoutMs, clock),
    };
  } catch (error) {
    child.kill('SIGKILL');
    await exited;
    throw error;
  } finally {
    timers.abort();
  }
}

function forkService({ entry, env, logFile }: StartServiceOptions): ChildProcess {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'a');
  try {
    return fork(fileURLToPath(entry), [], { env: { ...env }, execArgv: [], stdio: ['ignore', log, log, 'ipc'] });
  } finally {
    closeSync(log);
  }
}

function endOf(child: ChildProcess): Promise<ServiceExit> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    // Without a process there is no exit; the only error before that is a failed fork.
    child.once('error', () => {
      if (child.pid === undefined) resolve({ code: null, signal: null });
    });
  });
}

async function firstMessage(child: ChildProcess, signal: AbortSignal) {
  for (;;) {
    const [message] = (await once(child, 'message', { signal })) as [unknown];
    if (isServiceMessage(message)) return message;
  }
}

async function stopChild(
  child: ChildProcess,
  exited: Promise<ServiceExit>,
  timeoutMs: number,
  clock: Clock,
): Promise<ServiceExit> {
  const timer = new AbortController();
  child.kill('SIGTERM');
  const late = await Promise.race([
    exited.then(() => false),
    clock.sleep(timeoutMs, timer.signal).then(
      () => true,
      () => false,
    ),
  ]);
  timer.abort();
  if (late) child.kill('SIGKILL');
  return await exited;
}
