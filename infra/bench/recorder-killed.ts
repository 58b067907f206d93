import { join } from 'node:path';
import { attemptPrefix, isTerminal, parseTakeKey, recordingKey } from '@meetingbot/crds-schema';
import { openReferenceMeeting } from './recorder-call.ts';
import { decodableSeconds } from './recorder-judge.ts';
import { pause } from './recorder-meter.ts';
import { killTree } from './recorder-processes.ts';
import type { RecordingStack } from './recorder-stack.ts';

const JOIN_MS = 90_000;
const FINISH_MS = 120_000;
const NAME = 'killed';

/** What SIGKILL to every process of a recorder leaves. */
export interface KilledResult {
  /** How long it had recorded. */
  readonly recordedSeconds: number;
  /** What was in S3 then. */
  readonly durableSeconds: number;
  readonly objects: number;
  /** Length of the file that is there in the end, though nobody recorded again. */
  readonly finishedSeconds: number;
}

/** Kills a recorder task in the middle, stops the Meeting, and looks at what is in S3. @throws Error */
export async function killRecorder({
  stack,
  keep,
  seconds,
  signal,
}: {
  stack: RecordingStack;
  keep: string;
  /** How long it records before it is killed. */
  seconds: number;
  signal: AbortSignal;
}): Promise<KilledResult> {
  const meeting = await openReferenceMeeting();
  try {
    const { metadata } = await stack.order(NAME, meeting.url, {});
    const { status } = await stack.until(NAME, (now) => now.status.recorder?.recordingStartedAt !== undefined, JOIN_MS);
    await pause(seconds * 1000, signal);
    killTree(stack.recorderPid());
    const killedAt = Date.now();
    await stack.api.patch(NAME, { spec: { stop: true } });

    const keys = (await stack.bucket.keys(attemptPrefix(metadata, 1))).filter((key) => {
      const part = parseTakeKey(metadata, key)?.part;
      return part === 'init' || part === 'segment';
    });
    const init = keys.filter((key) => key.endsWith('-init.mp4'));
    const file = join(keep, 'durable.mp4');
    await stack.bucket.toFile([...init, ...keys.filter((key) => !init.includes(key))], file);
    await stack.until(NAME, (now) => isTerminal(now.status.phase), FINISH_MS);
    const finished = join(keep, 'finished.mp4');
    await stack.bucket.toFile([recordingKey(metadata)], finished);
    return {
      recordedSeconds: (killedAt - Date.parse(status.recorder?.recordingStartedAt ?? '')) / 1000,
      durableSeconds: await decodableSeconds(file),
      objects: keys.length,
      finishedSeconds: await decodableSeconds(finished),
    };
  } finally {
    await meeting.close();
  }
}
