import type { RecorderPhase } from '@meetingbot/crds-schema';
import type { DashboardPlan, ExtraVariable } from './dashboard.ts';
import { metric, type PanelPlan, rate, within } from './panel.ts';

const LABELS = 'namespace=~"$namespace",platform=~"$platform",slot=~"$slot"';
const by = 'slot';
const each = (how: 'max' | 'min', name: string) => [
  { expr: `${how} by (${by}) (${metric(`meetingbot_recorder_${name}`, LABELS)})`, legend: 'slot {{slot}}' },
];

const slotVariables: ExtraVariable[] = [
  { kind: 'query', name: 'namespace', label: 'Namespace', query: 'label_values(meetingbot_recorder_phase, namespace)' },
  { kind: 'query', name: 'platform', label: 'Platform', query: 'label_values(meetingbot_recorder_phase, platform)' },
  { kind: 'query', name: 'slot', label: 'Slot', query: 'label_values(meetingbot_recorder_phase, slot)' },
];

const PHASES = ['Joining', 'Lobby', 'Recording', 'Finalizing'] as const satisfies RecorderPhase[];
/** The number of the phase that a recorder is in, from 1. */
const phases = PHASES.map(
  (phase, index) => `${metric('meetingbot_recorder_phase', `${LABELS},phase="${phase}"`)} * ${index + 1}`,
).join(' or ');

/** What a recorder says of its media, by its slot. */
const media: PanelPlan[] = [
  {
    kind: 'series',
    title: 'Frames a second',
    description: 'What the encoder takes; the frame rate of the recording is right.',
    unit: 'short',
    limits: [24, 20],
    queries: each('min', 'frames_per_second'),
  },
  {
    kind: 'series',
    title: 'Dropped frames',
    description: 'A second; below 0.125 is within the budget of 0.5 %.',
    unit: 'short',
    limits: [0.125, 0.25],
    queries: [
      {
        expr: `max by (${by}) (${rate('meetingbot_recorder_dropped_frames_total', LABELS)})`,
        legend: 'dropped, slot {{slot}}',
      },
      {
        expr: `max by (${by}) (${rate('meetingbot_recorder_duplicated_frames_total', LABELS)})`,
        legend: 'doubled, slot {{slot}}',
      },
    ],
  },
  {
    kind: 'series',
    title: 'Encoder speed',
    description: 'Media seconds a second; below 1 it lags.',
    unit: 'short',
    limits: [0.99, 0.95],
    queries: each('min', 'encoder_speed_ratio'),
  },
  {
    kind: 'series',
    title: 'Sound',
    description: 'Level of the recorded sound.',
    unit: 'dB',
    queries: each('max', 'audio_rms_decibels'),
  },
  {
    kind: 'series',
    title: 'Silence',
    description: 'Since when nothing was heard; five minutes are an alert.',
    unit: 's',
    limits: [120, 300],
    queries: each('max', 'since_sound_seconds'),
  },
  {
    kind: 'series',
    title: 'Still picture',
    description: 'Since when the picture did not change; a shared slide may stand still for long.',
    unit: 's',
    queries: each('max', 'frozen_picture_seconds'),
  },
  {
    kind: 'series',
    title: 'Sound faults',
    description: 'Within the time shown: the page had sound and the recording had none.',
    unit: 'short',
    queries: [
      {
        expr: `round(max by (${by}) (${within('meetingbot_recorder_sound_faults_total', LABELS)}))`,
        legend: 'slot {{slot}}',
      },
    ],
  },
  {
    kind: 'series',
    title: 'Upload lag',
    description: 'Age of the oldest media that is not in S3; 10 s are promised.',
    unit: 's',
    limits: [10, 30],
    queries: each('max', 'upload_lag_seconds'),
  },
  {
    kind: 'series',
    title: 'CPU',
    description: 'Cores of the whole task; the budget is 0.6 of 1.',
    unit: 'short',
    limits: [0.8, 0.95],
    queries: each('max', 'cpu_cores'),
  },
  {
    kind: 'series',
    title: 'Memory',
    description: 'Resident memory of the whole task; it is killed at 2 GiB.',
    unit: 'decbytes',
    limits: [1.3e9, 1.7e9],
    queries: each('max', 'memory_bytes'),
  },
];

export const recorders: DashboardPlan = {
  name: 'recorders',
  title: 'Meeting Bot / Recorders',
  description:
    'All recorders at work, each by the slot that it holds. Slots above 500 show their media only while it is in trouble.',
  variables: slotVariables,
  rows: [
    {
      title: 'The fleet',
      panels: [
        {
          kind: 'stat',
          title: 'At work',
          description: 'Recorders that hold a slot.',
          unit: 'short',
          queries: [{ expr: `max(${metric('meetingbot_recorder_slots_held')})` }],
        },
        {
          kind: 'stat',
          title: 'Slots',
          description: 'Recorders that may be alive at once.',
          unit: 'short',
          queries: [{ expr: `max(${metric('meetingbot_recorder_slots')})` }],
        },
        {
          kind: 'stat',
          title: 'Waiting',
          description: 'Meetings that wait for a slot; none is right.',
          unit: 'short',
          limits: [1, 5],
          queries: [{ expr: `max(${metric('meetingbot_waiting_for_recorder')})` }],
        },
        {
          kind: 'stat',
          title: 'Lost',
          description: 'Recorders that died under way, within the time shown.',
          unit: 'short',
          limits: [1, 3],
          queries: [
            {
              expr: `round(sum(increase(${metric('meetingbot_attempts_ended_total', 'reason=~"RecorderLost|OutOfMemory|SpotInterrupted"')}[$__range])))`,
            },
          ],
        },
      ],
    },
    { title: 'Media', panels: media },
  ],
};

/**
 * One Meeting's life. Its name is no label: the slot that it holds is (`status.attempts[].slot`), a number below the
 * limit of recorders. Its record, history and evidence are a link away, by the name that is typed in.
 */
export const meeting: DashboardPlan = {
  name: 'meeting',
  title: 'Meeting Bot / Meeting',
  description:
    'One Meeting: its recorder by its slot (status.attempts[].slot), its record and evidence by the links above. Choose the time of its attempt.',
  variables: [
    ...slotVariables,
    { kind: 'text', name: 'api', label: 'API', value: 'http://127.0.0.1:3000' },
    { kind: 'text', name: 'in', label: 'Namespace of the Meeting', value: 'default' },
    { kind: 'text', name: 'meeting', label: 'Name of the Meeting', value: 'town-hall' },
    { kind: 'text', name: 'uid', label: 'uid of the Meeting', value: 'uid' },
    { kind: 'text', name: 'bucket', label: 'Bucket', value: 'recordings' },
  ],
  links: [
    { title: 'Record', url: '$api/apis/meetingbot.dev/v1/namespaces/$in/meetings/$meeting' },
    { title: 'History', url: '$api/api/v1/namespaces/$in/events?fieldSelector=involvedObject.name=$meeting' },
    {
      title: 'Recording and evidence',
      url: 'https://s3.console.aws.amazon.com/s3/buckets/$bucket?prefix=meetings/$in/$uid/',
    },
  ],
  rows: [
    {
      title: 'Its phases',
      panels: [
        {
          kind: 'series',
          title: 'Phase of the recorder',
          description: 'Joining, in the lobby, recording, or putting the recording together.',
          unit: 'short',
          names: PHASES,
          queries: [{ expr: `max by (slot) (${phases})`, legend: 'slot {{slot}}' }],
        },
        {
          kind: 'series',
          title: 'People',
          description: 'In the call, the recorder included; of platform web only with spec.join.participants.',
          unit: 'short',
          queries: each('max', 'participants'),
        },
        {
          kind: 'series',
          title: 'Last heard',
          description: 'Since when nothing was heard of it; it reports every 10 s.',
          unit: 's',
          span: 24,
          limits: [20, 40],
          queries: each('min', 'heartbeat_age_seconds'),
        },
      ],
    },
    { title: 'Its media', panels: media },
  ],
};
