import { join } from 'node:path';
import { audioKey, isTerminal, manifestKey, type RecordingManifest, recordingKey } from '@meetingbot/crds-schema';
import { openReferenceMeeting } from './recorder-call.ts';
import { judgePicture, judgeSound, type PictureFacts } from './recorder-judge.ts';
import { measureTree, pause, type TreeUsage } from './recorder-meter.ts';
import type { RecordingStack } from './recorder-stack.ts';

const JOIN_MS = 90_000;
const FINISH_MS = 120_000;
/** WebRTC raises the senders' bit rates in its first seconds. */
const WARM_SECONDS = 5;

export interface ReferenceCase {
  /** Also the Meeting's name. */
  readonly name: string;
  readonly recording: { kind: 'video' | 'audio'; width: number; height: number; frameRate: number };
}

export interface ReferenceResult {
  readonly name: string;
  readonly usage: TreeUsage;
  /** Of the four senders, which are no part of the recorder. */
  readonly sendersCores: number;
  readonly picture?: PictureFacts;
  readonly sound: { durationSeconds: number; sizeBytes: number; tracks: string };
  /** Pictures that the encoder lost or doubled by its own account, as a share. */
  readonly encoderLost: number;
  /** From the end of the meeting until the object was there, and until the webhook came, in seconds. */
  readonly wholeSeconds: number;
  readonly webhookSeconds: number;
}

/**
 * Records the reference call with a recorder task of the stack, from the Meeting's record to its webhook.
 * @throws Error when the Meeting does not end as it should
 */
export async function recordReference(
  { name, recording }: ReferenceCase,
  { stack, keep, seconds, signal }: { stack: RecordingStack; keep: string; seconds: number; signal: AbortSignal },
): Promise<ReferenceResult> {
  const meeting = await openReferenceMeeting();
  try {
    const { metadata } = await stack.order(name, meeting.url, recording);
    await stack.until(name, ({ status }) => status.phase === 'Recording', JOIN_MS);
    await pause(WARM_SECONDS * 1000, signal);
    const [usage, senders] = await Promise.all([
      measureTree(stack.recorderPid(), { seconds, signal }),
      measureTree(meeting.sendersPid, { seconds, signal }),
    ]);

    const endedAt = meeting.end();
    const wholeAt = await stack.bucket.whenThere(recordingKey(metadata), FINISH_MS, signal);
    await stack.until(name, ({ status }) => isTerminal(status.phase), FINISH_MS);
    const told = stack.receiver.received.find(({ body }) => body.metadata.storage?.key === recordingKey(metadata));
    const manifest = await stack.bucket.json<RecordingManifest>(manifestKey(metadata));

    const file = join(keep, `${name}.mp4`);
    const audioFile = join(keep, `${name}.m4a`);
    await stack.bucket.toFile([recordingKey(metadata)], file);
    await stack.bucket.toFile([audioKey(metadata)], audioFile);
    const frames = manifest.recording?.videoFrames ?? 0;
    const judge = { page: recording, fileRate: recording.frameRate, fromSeconds: WARM_SECONDS };
    return {
      name,
      usage,
      sendersCores: senders.cores,
      ...(recording.kind === 'video' ? { picture: await judgePicture(file, judge) } : {}),
      sound: await judgeSound(audioFile),
      encoderLost: frames === 0 ? 0 : (manifest.framesLost + manifest.framesDuplicated) / frames,
      wholeSeconds: (wholeAt - endedAt) / 1000,
      webhookSeconds: ((told?.at ?? Number.NaN) - endedAt) / 1000,
    };
  } finally {
    await meeting.close();
  }
}
