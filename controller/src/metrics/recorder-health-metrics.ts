import { RECORDER_PHASES, type RecorderHealth } from '@meetingbot/crds-schema';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Heartbeat } from '../reconcile/heartbeats.ts';
import type { BoundedLabel } from './bounded-label.ts';

type Kind = 'gauge' | 'counter';

/**
 * What of a recorder's word becomes which metric. Its slot is the label, a number below the limit of recorders: a
 * Meeting has its slot in `status.attempts[].slot`, so that its recorder is found without its name being a label.
 * A field that is added to the report does not compile until it is named here.
 */
const HEALTH = {
  framesPerSecond: { name: 'frames_per_second', help: 'Frames encoded a second.', kind: 'gauge' },
  duplicatedFrames: { name: 'duplicated_frames_total', help: 'Frames doubled by this recorder.', kind: 'counter' },
  droppedFrames: { name: 'dropped_frames_total', help: 'Frames lost by this recorder.', kind: 'counter' },
  encoderSpeed: {
    name: 'encoder_speed_ratio',
    help: 'Media seconds encoded a second; below 1 it lags.',
    kind: 'gauge',
  },
  audioRmsDb: { name: 'audio_rms_decibels', help: 'Level of the recorded sound, dBFS.', kind: 'gauge' },
  secondsSinceSound: { name: 'since_sound_seconds', help: 'Since when nothing was heard.', kind: 'gauge' },
  pageAudioRmsDb: {
    name: 'page_audio_rms_decibels',
    help: 'Level of the sound that the page received, dBFS; asked only while the recording is silent.',
    kind: 'gauge',
  },
  soundFaults: {
    name: 'sound_faults_total',
    help: 'Times that the page had sound and the recording had none.',
    kind: 'counter',
  },
  frozenPictureSeconds: {
    name: 'frozen_picture_seconds',
    help: 'Since when the picture did not change.',
    kind: 'gauge',
  },
  uploadLagSeconds: {
    name: 'upload_lag_seconds',
    help: 'Age of the oldest media that is not yet in S3.',
    kind: 'gauge',
  },
  cpuCores: { name: 'cpu_cores', help: 'CPU that the whole task uses, cores.', kind: 'gauge' },
  memoryBytes: { name: 'memory_bytes', help: 'Resident memory of the whole task.', kind: 'gauge' },
} as const satisfies Record<keyof RecorderHealth, { name: string; help: string; kind: Kind }>;

/** A recorder that was not heard of for this long is no longer shown; it reports every 10 s. Milliseconds. */
const SHOWN_FOR = 45_000;
const LABELS = ['slot', 'namespace', 'platform'] as const;

/** A value with the labels that it has beside its recorder's; undefined: the recorder does not say it. */
type Sample = { value: number | undefined; phase?: string };

export interface HealthSources {
  heartbeats(): Iterable<Heartbeat>;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** How the recorders are that this replica heard of; another replica may have heard something newer. */
export function addRecorderHealthMetrics(registry: Registry, sources: HealthSources, namespaces: BoundedLabel): void {
  const registers = [registry];
  const labelsOf = ({ slot, namespace, platform }: Heartbeat) => ({
    slot: String(slot ?? 0),
    namespace: namespaces.of(namespace),
    platform,
  });
  const shown = function* () {
    const since = sources.now() - SHOWN_FOR;
    for (const heartbeat of sources.heartbeats()) {
      if (heartbeat.at >= since && heartbeat.report.phase !== 'Done') yield heartbeat;
    }
  };
  const add = (
    kind: Kind,
    name: string,
    help: string,
    samplesOf: (heartbeat: Heartbeat) => Sample[],
    more: 'phase'[] = [],
  ) => {
    const options = {
      name: `meetingbot_recorder_${name}`,
      help,
      labelNames: [...LABELS, ...more],
      registers,
      collect(this: Pick<Gauge, 'reset' | 'inc'>) {
        this.reset();
        for (const heartbeat of shown()) {
          for (const { value, ...labels } of samplesOf(heartbeat)) {
            if (value !== undefined) this.inc({ ...labelsOf(heartbeat), ...labels }, value);
          }
        }
      },
    };
    // A counter counts within the recorder: the next one in the slot begins at zero, as a counter does after a restart.
    return kind === 'gauge' ? new Gauge(options) : new Counter(options);
  };
  for (const [field, { name, help, kind }] of Object.entries(HEALTH)) {
    add(kind, name, help, ({ report }) => [{ value: report.health?.[field as keyof RecorderHealth] }]);
  }
  add('gauge', 'participants', 'People in the call, the recorder included.', ({ report }) => [
    { value: report.participants },
  ]);
  add('gauge', 'heartbeat_age_seconds', 'Since when nothing was heard of the recorder.', ({ at }) => [
    { value: (sources.now() - at) / 1000 },
  ]);
  add(
    'gauge',
    'phase',
    '1 for the phase that the recorder says it is in, 0 for the others.',
    ({ report }) =>
      RECORDER_PHASES.filter((phase) => phase !== 'Done').map((phase) => ({
        phase,
        value: report.phase === phase ? 1 : 0,
      })),
    ['phase'],
  );
}
