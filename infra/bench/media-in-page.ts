import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FRAME_RATE } from '../local/meeting/reference/loop.ts';
import type { Bucket } from './recorder-bucket.ts';
import { openReferenceMeeting } from './recorder-call.ts';
import { decodableSeconds, judgePicture, type PictureFacts } from './recorder-judge.ts';
import { measureTree, pause, type TreeUsage } from './recorder-meter.ts';
import { killTree } from './recorder-processes.ts';

const PROGRAM = fileURLToPath(new URL('./media-in-page-bot.ts', import.meta.url));
const PAGE = { width: 1280, height: 720 };
const WARM_SECONDS = 5;
const JOIN_MS = 90_000;
const FINISH_MS = 120_000;

export interface InPageResult {
  readonly usage: TreeUsage;
  readonly sendersCores: number;
  readonly picture: PictureFacts;
  /** As MediaRecorder says. */
  readonly mimeType: string;
  /** From the end of the meeting until the file was uploaded, in seconds. */
  readonly wholeSeconds: number;
}

/** What SIGKILL to every process of it leaves. */
export interface InPageKilledResult {
  readonly recordedSeconds: number;
  /** Objects in S3. */
  readonly objects: number;
  /** What can be decoded of the file on the lost task's disk. */
  readonly onDiskSeconds: number;
}

export interface InPageOptions {
  readonly bucket: Bucket;
  readonly endpoint: string;
  /** A folder of its own. */
  readonly dir: string;
  /** Where the recording is left. */
  readonly keep: string;
  readonly seconds: number;
  readonly signal: AbortSignal;
}

/** Records the reference call with the in-page pipeline and measures it as the recorder is measured. @throws Error */
export async function recordInPageOnce(options: InPageOptions): Promise<InPageResult> {
  const { dir, seconds, signal } = options;
  return withBot(options, 'in-page.webm', async ({ bot, meeting }) => {
    const recording = await bot.until('recording', JOIN_MS, signal);
    await pause(WARM_SECONDS * 1000, signal);
    const [usage, senders] = await Promise.all([
      measureTree(bot.pid, { seconds, signal }),
      measureTree(meeting.sendersPid, { seconds, signal }),
    ]);
    const endedAt = meeting.end();
    const uploaded = await bot.until('uploaded', FINISH_MS, signal);
    const file = join(options.keep, 'in-page.webm');
    await copyFile(join(dir, 'recording.webm'), file);
    const judge = { page: PAGE, fileRate: FRAME_RATE, fromSeconds: WARM_SECONDS };
    return {
      usage,
      sendersCores: senders.cores,
      picture: await judgePicture(file, judge),
      mimeType: String(recording['mimeType']),
      wholeSeconds: (uploaded.at - endedAt) / 1000,
    };
  });
}

/** Kills it in the middle and looks at what is left. @throws Error */
export async function killInPage(options: InPageOptions): Promise<InPageKilledResult> {
  const { bucket, dir, seconds, signal } = options;
  const key = 'in-page-killed.webm';
  return withBot(options, key, async ({ bot }) => {
    const { at } = await bot.until('recording', JOIN_MS, signal);
    await pause(seconds * 1000, signal);
    bot.kill();
    const recordedSeconds = (Date.now() - at) / 1000;
    await bot.ended;
    const left = join(options.keep, 'in-page-killed.webm');
    await copyFile(join(dir, 'recording.webm'), left);
    return {
      recordedSeconds,
      objects: (await bucket.keys(key)).length,
      onDiskSeconds: await decodableSeconds(left),
    };
  });
}

async function withBot<T>(
  { dir, endpoint }: InPageOptions,
  key: string,
  use: (parts: { bot: Bot; meeting: Awaited<ReturnType<typeof openReferenceMeeting>> }) => Promise<T>,
): Promise<T> {
  await mkdir(dir, { recursive: true });
  const meeting = await openReferenceMeeting();
  const bot = new Bot([meeting.url, dir, endpoint, key]);
  try {
    return await use({ bot, meeting });
  } finally {
    bot.kill();
    await bot.ended;
    await meeting.close();
  }
}

interface BotEvent {
  readonly event: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly [fact: string]: unknown;
}

/** The in-page recorder as a child process. */
class Bot {
  readonly #child: ChildProcess;
  #said = '';
  #complaints = '';
  readonly ended: Promise<unknown>;

  constructor(args: readonly string[]) {
    this.#child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.ended = once(this.#child, 'close');
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#said += text;
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#complaints += text;
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  kill(): void {
    killTree(this.pid);
  }

  /** Waits until it tells of an event. @throws Error when it ends before, or after `limitMs` */
  async until(event: string, limitMs: number, signal: AbortSignal): Promise<BotEvent> {
    const deadline = performance.now() + limitMs;
    for (;;) {
      const line = this.#said.split('\n').find((text) => text.startsWith(`{"event":"${event}"`));
      if (line !== undefined) return JSON.parse(line) as BotEvent;
      if (this.#child.exitCode !== null) throw new Error(`the in-page recorder ended: ${this.#complaints}`);
      if (performance.now() > deadline) throw new Error(`the in-page recorder has not ${event} in ${limitMs / 1000} s`);
      await pause(50, signal);
    }
  }
}
