import { PutObjectCommand } from '@aws-sdk/client-s3';
import { manifestKey, type RecordingManifest, recordingKey } from '@meetingbot/crds-schema';
import { LOCAL } from '../../local/stack/places.ts';
import { crc32OfWhole, tinyMovie } from '../../local/testing/tiny-movie.ts';
import { type CallCounts, callCounts, callsPer } from './call-counts.ts';
import { metricSum, untilMetric } from './controller-metrics.ts';
import type { PlayedRecorder } from './load-calls.ts';
import type { LoadGenerator } from './load-generator.ts';
import type { Rig } from './rig.ts';

const PHASE_CHANGES = 'meetingbot_meeting_phase_changes_total';

/** What the whole life of a Meeting costs, from the write to the delivered webhook. */
export interface LifeCost {
  /** Calls a Meeting, what goes on without it subtracted. */
  calls: CallCounts;
  /** Phases a Meeting was in, the first included. */
  phases: number;
  /** DynamoDB writes of a Meeting. */
  writes: number;
}

/** Writes that change no phase, whose facts must outlive us all the same: the task's ARN and the task's end. */
export const WRITES_BESIDE_PHASES = 2;

/**
 * Takes a group of Meetings through all of their lives.
 * @param background - calls a second that are made without them
 */
export async function measureLife(
  { rig, load }: { rig: Rig; load: LoadGenerator },
  { prefix, count, background }: { prefix: string; count: number; background: CallCounts },
): Promise<LifeCost> {
  const api = rig.controller.info.url;
  const before = { calls: await callCounts(api), phases: await metricSum(api, PHASE_CHANGES), at: performance.now() };
  const completed = (await metricSum(api, PHASE_CHANGES, 'phase="Completed"')) + count;
  await load.do('create', { prefix, count, rate: 100 });
  const recorders = (await rig.untilLaunched(`${prefix}-`, count)).map(({ recorder }) => recorder);
  await load.do('report', { recorders, phase: 'Joining' });
  await load.do('report', { recorders, phase: 'Recording' });
  await load.do('report', { recorders, phase: 'Finalizing' });
  await Promise.all(recorders.map((recorder) => putRecording(rig, recorder)));
  await load.do('report', { recorders, phase: 'Done' });
  await rig.endTasks(recorders);
  await untilMetric(api, [PHASE_CHANGES, 'phase="Completed"'], (value) => value >= completed);
  // The end of the task is written after the end of the Meeting.
  await untilMetric(api, ['workqueue_depth'], (value) => value === 0);
  await new Promise((resolve) => setTimeout(resolve, 5000));
  const seconds = (performance.now() - before.at) / 1000;
  const calls = callsPer(before.calls, await callCounts(api), count);
  for (const key of Object.keys(calls)) {
    calls[key] = Math.max(0, (calls[key] ?? 0) - ((background[key] ?? 0) * seconds) / count);
  }
  // The metric counts changes; the first phase is none.
  const phases = 1 + ((await metricSum(api, PHASE_CHANGES)) - before.phases) / count;
  return { calls, phases, writes: (calls['dynamodb PutItem'] ?? 0) + (calls['dynamodb UpdateItem'] ?? 0) };
}

async function putRecording(rig: Rig, { name, uid, attempt }: PlayedRecorder): Promise<void> {
  const meeting = { namespace: 'default', name, uid };
  const key = recordingKey(meeting);
  const Body = tinyMovie('a recording');
  const { ETag = '' } = await rig.client.s3.send(new PutObjectCommand({ Bucket: LOCAL.bucket, Key: key, Body }));
  const manifest: RecordingManifest = {
    ...{ version: 1, ...meeting, kind: 'video', reason: 'HostEnded', outcome: 'Complete' },
    ...{ startedAt: '2026-02-06T15:00:00.000Z', endedAt: '2026-02-06T16:00:00.000Z', takes: [], gaps: [] },
    ...{ coverage: 1, framesLost: 0, framesDuplicated: 0, writtenBy: attempt, createdAt: '2026-02-06T16:00:01.000Z' },
    recording: {
      ...{ bucket: LOCAL.bucket, key, sizeBytes: Body.length, durationSeconds: 3600, contentType: 'video/mp4' },
      ...{ etag: ETag.replaceAll('"', ''), checksumCRC32: crc32OfWhole(Body) },
    },
  };
  await rig.client.s3.send(
    new PutObjectCommand({ Bucket: LOCAL.bucket, Key: manifestKey(meeting), Body: JSON.stringify(manifest) }),
  );
}
