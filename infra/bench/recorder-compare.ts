import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openReferenceMeeting } from './recorder-call.ts';
import { recordDirectly } from './recorder-direct.ts';
import { judgePicture, type PictureFacts } from './recorder-judge.ts';
import { captureCores, chromiumCores, measureTree, type TreeUsage } from './recorder-meter.ts';
import { makeShims } from './recorder-shims.ts';
import type { Variant } from './recorder-variants.ts';

const PAGE = { width: 1280, height: 720 };
const FILE_RATE = 25;
/** WebRTC raises the senders' bit rates in its first seconds. */
const WARM_SECONDS = 5;

/** One run of a variant. */
export interface VariantRun {
  readonly usage: TreeUsage;
  readonly sendersCores: number;
  readonly picture: PictureFacts;
}

export interface VariantResult {
  readonly name: string;
  readonly runs: readonly VariantRun[];
  /** Why a run gave no figures. */
  readonly failures: readonly string[];
}

export interface CompareOptions {
  readonly variants: readonly Variant[];
  /** Seconds of each measurement. */
  readonly seconds: number;
  readonly rounds: number;
  readonly dir: string;
  readonly signal: AbortSignal;
  readonly onRun: (line: string) => void;
}

/**
 * Runs the variants one after the other on one reference call, round by round, every second round backwards, so that
 * what else the machine does meets them all alike.
 */
export async function compareVariants(options: CompareOptions): Promise<VariantResult[]> {
  const { variants, rounds, signal, onRun } = options;
  const results = variants.map(({ name }) => ({ name, runs: [] as VariantRun[], failures: [] as string[] }));
  const meeting = await openReferenceMeeting();
  try {
    for (let round = 0; round < rounds; round += 1) {
      const order = variants.map((variant, index) => ({ variant, result: results[index] }));
      for (const { variant, result } of round % 2 === 0 ? order : order.toReversed()) {
        try {
          const run = await runVariant(variant, meeting, options);
          result?.runs.push(run);
          onRun(`${variant.name.padEnd(24)} ${run.usage.cores.toFixed(3)} cores, ${describe(run)}`);
        } catch (error) {
          signal.throwIfAborted();
          result?.failures.push((error as Error).message);
          onRun(`${variant.name.padEnd(24)} ${(error as Error).message}`);
        }
      }
    }
    return results;
  } finally {
    await meeting.close();
  }
}

async function runVariant(
  variant: Variant,
  meeting: { url: string; sendersPid: number },
  { seconds, dir, signal }: CompareOptions,
): Promise<VariantRun> {
  const place = join(dir, `variant-${variant.name}`);
  await mkdir(place, { recursive: true });
  try {
    const env = { ...(await makeShims(variant, place, process.env['PATH'] ?? '')) };
    const [{ usage, file }, senders] = await Promise.all([
      recordDirectly({
        ...{ url: meeting.url, dir: place, env, isMeeting: true },
        ...{ warmSeconds: WARM_SECONDS, seconds, signal },
      }),
      measureTree(meeting.sendersPid, { seconds, signal }),
    ]);
    const picture = await judgePicture(file, { page: PAGE, fileRate: FILE_RATE, fromSeconds: WARM_SECONDS });
    return { usage, sendersCores: senders.cores, picture };
  } finally {
    await rm(place, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

function describe({ usage, picture }: VariantRun): string {
  const { frames, sync } = picture;
  return [
    `Chromium ${chromiumCores(usage).toFixed(3)}`,
    `the rest ${captureCores(usage).toFixed(3)}`,
    `${frames.newPerSecond.toFixed(1)} new frames/s`,
    `A/V ${sync.medianOffsetMs.toFixed(0)} ms`,
  ].join(', ');
}
