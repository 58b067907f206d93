import type { Attempt, Meeting, MeetingSpec, MeetingStatus, RecorderReport, StoredMeta } from '@meetingbot/crds-schema';
import type { RecordingLook } from '../ports.ts';
import { aMeeting } from '../store/a-meeting.ts';

/** When the example Meetings were made, milliseconds. */
export const CREATED = Date.parse('2026-02-06T15:00:00Z');
/** That many milliseconds later, as Kubernetes writes times. */
export const at = (ms: number): string => new Date(CREATED + ms).toISOString();

export interface Change {
  spec?: Partial<MeetingSpec>;
  status?: Partial<MeetingStatus>;
  metadata?: Partial<StoredMeta>;
}

/** A Meeting in any state: for tests. */
export function aMeetingWith({ spec, status, metadata }: Change = {}): Meeting {
  const base = aMeeting();
  return {
    ...base,
    metadata: { ...base.metadata, resourceVersion: '1', ...metadata },
    spec: { ...base.spec, ...spec } as Meeting['spec'],
    status: { ...base.status, ...status },
  };
}

export const ARN = 'arn:aws:ecs:local:000000000000:task/local/1';

/** An open attempt whose task is known. */
export function anAttempt(change: Partial<Attempt> = {}): Attempt {
  return { number: 1, mode: 'record', taskDefinition: 'recorder:1', startTime: at(0), taskArn: ARN, ...change };
}

/** An attempt that is over. */
export function anEndedAttempt(reason: string, change: Partial<Attempt> = {}): Attempt {
  return anAttempt({ endTime: at(60_000), reason, message: `it was ${reason}`, ...change });
}

export function aReport(change: Partial<RecorderReport> = {}): RecorderReport {
  return { attempt: 1, sequence: 1, phase: 'Joining', at: at(20_000), ...change };
}

/** A whole recording of ten minutes. */
export function aWholeLook(change: Partial<Extract<RecordingLook, { kind: 'whole' }>> = {}): RecordingLook {
  return {
    kind: 'whole',
    attempt: 1,
    endReason: 'HostEnded',
    missingSeconds: 0,
    soundLostSeconds: 0,
    recording: {
      bucket: 'recordings',
      key: 'meetings/default/uid/recording.mp4',
      region: 'eu-central-1',
      url: 'https://recordings.s3.eu-central-1.amazonaws.com/meetings/default/uid/recording.mp4',
      sizeBytes: 1_000_000,
      durationSeconds: 600,
      coverage: 1,
      contentType: 'video/mp4',
      etag: 'etag',
      startedAt: at(60_000),
      endedAt: at(660_000),
    },
    ...change,
  };
}
