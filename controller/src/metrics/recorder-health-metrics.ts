import type { RecorderHealth } from '@meetingbot/crds-schema';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Heartbeat } from '../reconcile/heartbeats.ts';
import type { BoundedLabel } from './bounded-label.ts';
import { isInTrouble } from './recorder-trouble.ts';

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
/**
 * Slots up to this one have all their series. Above it a recorder has its phase and age, and the others only while it
 * is in trouble: all series of 10 000 recorders were 14 MB a scrape, which held the controller up for half a second.
 */
export const DETAILED_SLOTS = 500;
const LABELS = ['slot', 'namespace', 'platform'] as const;

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
  const detailed = function* () {
    for (const heartbeat of shown()) {
      const { slot = 0, report } = heartbeat;
      if (slot <= DETAILED_SLOTS || isInTrouble(report.health ?? {})) yield heartbeat;
    }
  };
  const add = (
    { kind, name, help, more = [] }: { kind: Kind; name: string; help: string; more?: readonly 'phase'[] },
    heartbeats: () => Iterable<Heartbeat>,
    /** undefined: the recorder does not say it. */
    saidBy: (heartbeat: Heartbeat) => number | undefined,
  ) => {
    const options = {
      name: `meetingbot_recorder_${name}`,
      help,
      labelNames: [...LABELS, ...more],
      registers,
      collect(this: Pick<Gauge, 'reset' | 'inc'>) {
        this.reset();
        for (const heartbeat of heartbeats()) {
          const value = saidBy(heartbeat);
          const labels = { ...labelsOf(heartbeat), ...(more.length > 0 && { phase: heartbeat.report.phase }) };
          if (value !== undefined) this.inc(labels, value);
        }
      },
    };
    // A counter counts within the recorder: the next one in the slot begins at zero, as a counter does after a restart.
    return kind === 'gauge' ? new Gauge(options) : new Counter(options);
  };
  for (const [field, metric] of Object.entries(HEALTH)) {
    add(metric, detailed, ({ report }) => report.health?.[field as keyof RecorderHealth]);
  }
  add(
    { kind: 'gauge', name: 'participants', help: 'People in the call, the recorder included.' },
    detailed,
    ({ report }) => report.participants,
  );
  add(
    { kind: 'gauge', name: 'heartbeat_age_seconds', help: 'Since when nothing was heard of the recorder.' },
    shown,
    ({ at }) => (sources.now() - at) / 1000,
  );
  add(
    { kind: 'gauge', name: 'phase', help: '1, with the phase that the recorder says it is in.', more: ['phase'] },
    shown,
    () => 1,
  );
}
