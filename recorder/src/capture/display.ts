import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import {
  type Child,
  type ChildExit,
  type ProcessDeps,
  ProcessError,
  type Quarters,
  startChild,
} from '../process/index.ts';
import { LARGE_PAGES } from './large-pages.ts';
import { setRefreshRate } from './refresh-rate.ts';
import { xAuthority } from './x-authority.ts';

const AUTHORITY = 'Xauthority';

export interface DisplayOptions {
  /** Size of the screen, which is the size of the recording, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Pictures a second that are drawn on it; left out: none is set, and Chromium draws 60. */
  readonly refreshRate?: number;
  /** Where it lives; the caller removes them. */
  readonly quarters: Quarters;
  /** How long the server may take until it is ready, in milliseconds. Default 15 000. */
  readonly readyMs?: number;
}

/** A virtual screen of our own. */
export interface Display {
  /** As in `DISPLAY`, for example ":100". */
  readonly name: string;
  readonly pid: number;
  /** What a client of ours needs to reach it: `DISPLAY` and `XAUTHORITY`. */
  readonly env: Readonly<Record<string, string>>;
  /** What a client in its quarters needs. */
  readonly quartersEnv: Readonly<Record<string, string>>;
  /** Resolves when the server is gone, for whatever reason. */
  readonly exited: Promise<ChildExit>;
  stop(): Promise<void>;
}

/**
 * Starts an Xvfb that nobody else uses: it finds a free number itself (`-displayfd`), listens on its local socket only,
 * and lets in only who holds the cookie. Ready when it has told its number.
 * @throws ProcessError `ProgramMissing`, `ExitedEarly` or `NotReady`.
 */
export async function startDisplay(options: DisplayOptions, deps: ProcessDeps): Promise<Display> {
  const { quarters } = options;
  const { user } = quarters;
  const ours = join(quarters.keys, AUTHORITY);
  const authority = join(quarters.path, AUTHORITY);
  const key = xAuthority(randomBytes(16));
  await Promise.all([writeFile(ours, key, { mode: 0o600 }), quarters.write(AUTHORITY, key)]);
  const child = await startChild(
    {
      program: 'Xvfb',
      args: [
        ...['-displayfd', '3', '-auth', authority],
        ...['-screen', '0', `${options.width}x${options.height}x24`],
        ...['-nolisten', 'tcp', '-noreset', '-nocursor', '-dpi', '96'],
        // Chromium draws in software of its own: the server's GL would only cost memory.
        ...['-extension', 'GLX'],
      ],
      ...{ user, cwd: quarters.path, pipes: 1 },
      env: { ...quarters.env, ...LARGE_PAGES },
    },
    deps,
  );
  try {
    const number = await readNumber(child, deps, options.readyMs ?? 15_000);
    const env = { DISPLAY: `:${number}`, XAUTHORITY: ours };
    const { width, height, refreshRate: hertz } = options;
    if (hertz !== undefined) await setRefreshRate({ width, height, hertz, env }, deps);
    return {
      name: `:${number}`,
      pid: child.pid,
      env,
      quartersEnv: { ...env, XAUTHORITY: authority },
      exited: child.exited,
      stop: async () => {
        await child.terminate({ graceMs: 2000 });
        await removeLeftovers(number, child.pid, quarters);
      },
    };
  } catch (error) {
    await child.terminate({ graceMs: 0 });
    throw error;
  }
}

/** The server writes the number of its display and a line feed when it accepts clients (Xserver(1), -displayfd). */
async function readNumber(child: Child, deps: ProcessDeps, readyMs: number): Promise<number> {
  const deadline = new AbortController();
  const timeUp = deps.clock.sleep(readyMs, deadline.signal).then(() => {
    throw new ProcessError('NotReady', 'Xvfb', `Xvfb was not ready within ${readyMs} ms: ${child.lastLines()}`);
  });
  const gone = child.exited.then((exit) => {
    const how = exit.signal ?? `code ${exit.code}`;
    throw new ProcessError('ExitedEarly', 'Xvfb', `Xvfb ended with ${how} before it was ready: ${child.lastLines()}`);
  });
  try {
    return await Promise.race([firstNumber(child.pipes[0]), timeUp, gone]);
  } finally {
    deadline.abort();
    for (const loser of [timeUp, gone]) loser.catch(() => undefined);
  }
}

function firstNumber(pipe: Readable | undefined): Promise<number> {
  return new Promise((resolve) => {
    let text = '';
    pipe?.on('data', (data: Buffer) => {
      text += data.toString('ascii');
      const match = /^\s*(\d+)\n/.exec(text);
      if (match) resolve(Number(match[1]));
    });
  });
}

/** A killed server leaves its lock and its socket; they are ours as long as the lock still names our process. */
async function removeLeftovers(number: number, pid: number, quarters: Quarters): Promise<void> {
  const lock = `/tmp/.X${number}-lock`;
  const owner = await readFile(lock, 'utf8').catch(() => '');
  if (Number(owner) !== pid) return;
  await quarters.run(['rm', '-f', '--', `/tmp/.X11-unix/X${number}`, lock]);
}
