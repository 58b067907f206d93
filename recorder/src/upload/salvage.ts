import type { RecordingManifest } from '@meetingbot/crds-schema';
import type { RecordingSummary } from './manifest-of.ts';
import type { OpenRecordingOptions } from './recording.ts';
import { openRecording } from './recording-writer.ts';

/**
 * Finishes a recording from what lost recorders left in S3, with no new media.
 * Resolves to the manifest, whose outcome is `None` where they left nothing.
 * @throws UploadError when S3 does not take it before `signal` is aborted
 */
export async function salvage(
  options: OpenRecordingOptions,
  summary: RecordingSummary,
  signal?: AbortSignal,
): Promise<RecordingManifest> {
  const recording = await openRecording(options);
  try {
    return await recording.finish(summary, signal);
  } finally {
    await recording.close();
  }
}
