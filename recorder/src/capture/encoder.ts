import type { Readable } from 'node:stream';
import { type Child, type ChildExit, type ProcessDeps, ProcessError, startChild } from '../process/index.ts';
import {
  type EncoderOptions,
  encoderArguments,
  LEVELS_FD,
  leftOutSeconds,
  PICTURE_FD,
  PROGRESS_FD,
} from './ffmpeg-command.ts';
import { LARGE_PAGES } from './large-pages.ts';
import { LevelMeter, type SoundLevels } from './levels.ts';
import { type PictureState, PictureWatch } from './picture.ts';
import { type EncoderProgress, ProgressMeter } from './progress.ts';

export type { EncoderOptions } from './ffmpeg-command.ts';

export interface Encoder {
  readonly pid: number;
  /**
   * One fragmented MP4: a header, then a fragment of about two seconds at each key frame. Tracks: H.264 (not for `audio`),
   * AAC stereo, AAC mono; all begin at media time 0, without edit lists. Read it, or the encoder will stall.
   */
  readonly stream: Readable;
  /** Wall clock of media time 0, in milliseconds since the Unix epoch. */
  readonly startedAt: number;
  /** Counts of the latest report, which comes once a second, and rates as of now. */
  progress(): EncoderProgress;
  levels(): SoundLevels;
  /** Black or standing still? Not for `audio`. */
  picture(): PictureState;
  /** Resolves when ffmpeg is gone: code 0 after {@link Encoder.stop}. */
  readonly exited: Promise<ChildExit>;
  /** Ends the recording so that the stream is whole; kills after `graceMs`. May be called again. */
  stop(options: { readonly graceMs: number }): Promise<ChildExit>;
}

export interface EncoderStart extends EncoderOptions {
  /** Environment for reaching display and sound: `XAUTHORITY`, `PULSE_SERVER`. */
  readonly env: Readonly<Record<string, string>>;
  /** How long it may take until the first picture and sample are there, in milliseconds. Default 15 000. */
  readonly readyMs?: number;
}

/**
 * Starts to record. Resolves when both inputs are open.
 * @throws ProcessError `ProgramMissing`, `ExitedEarly` (with ffmpeg's last words) or `NotReady`.
 */
export async function startEncoder(options: EncoderStart, deps: ProcessDeps): Promise<Encoder> {
  const inputs: number[] = [];
  const opened = Promise.withResolvers<void>();
  const onLine = (line: string) => {
    const start = /^Duration: N\/A, start: (\d+\.\d+)/.exec(line);
    if (start) inputs.push(Number(start[1]) * 1000);
    if (line.startsWith('Output #0')) opened.resolve();
  };
  const child = await startChild(
    {
      program: 'ffmpeg',
      args: encoderArguments(options),
      env: { ...options.env, ...LARGE_PAGES },
      stdout: 'raw',
      stdin: true,
      pipes: 3,
      onLine,
    },
    deps,
  );
  const progress = new ProgressMeter(deps.clock);
  const meter = new LevelMeter(deps.clock);
  const watch = new PictureWatch(deps.clock);
  child.pipes[PROGRESS_FD - 3]?.on('data', (data: Buffer) => progress.push(data.toString('latin1')));
  child.pipes[LEVELS_FD - 3]?.on('data', (data: Buffer) => meter.push(data.toString('latin1')));
  child.pipes[PICTURE_FD - 3]?.on('data', (data: Buffer) => watch.push(data.toString('latin1')));

  try {
    await whenOpen(opened.promise, child, options.readyMs ?? 15_000, deps);
  } catch (error) {
    await child.terminate({ graceMs: 0 });
    throw error;
  }
  return {
    pid: child.pid,
    stream: child.stdout as Readable,
    // The screen's times are what counts; without a screen, the sound's.
    startedAt: (inputs.at(-1) ?? deps.clock.now()) + leftOutSeconds(options) * 1000,
    progress: () => progress.progress(),
    levels: () => meter.levels(),
    picture: () => watch.state(),
    exited: child.exited,
    stop: ({ graceMs }) => stop(child, graceMs),
  };
}
async function whenOpen(opened: Promise<void>, child: Child, readyMs: number, { clock }: ProcessDeps): Promise<void> {
  const deadline = new AbortController();
  const timeUp = clock.sleep(readyMs, deadline.signal).then(() => {
    throw new ProcessError('NotReady', 'ffmpeg', `ffmpeg was not ready within ${readyMs} ms: ${child.lastLines()}`);
  });
  const gone = child.exited.then((exit) => {
    const how = exit.signal ?? `code ${exit.code}`;
    throw new ProcessError('ExitedEarly', 'ffmpeg', `ffmpeg ended with ${how}: ${child.lastLines()}`);
  });
  try {
    await Promise.race([opened, timeUp, gone]);
  } finally {
    deadline.abort();
    for (const loser of [timeUp, gone]) loser.catch(() => undefined);
  }
}

async function stop(child: Child, graceMs: number): Promise<ChildExit> {
  if (child.exit() === undefined) {
    child.stdin?.end('q');
    const killer = setTimeout(() => child.signal('SIGKILL'), graceMs);
    await child.exited.finally(() => clearTimeout(killer));
  }
  return child.exited;
}
