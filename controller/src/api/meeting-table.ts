import { type Meeting, redactUrl } from '@meetingbot/crds-schema';
import { humanDuration } from './human-duration.ts';

interface Column {
  name: string;
  type: 'string' | 'integer';
  format?: 'name';
  description: string;
  /** 0: always shown; 1: with -o wide. */
  priority: 0 | 1;
  cell(meeting: Meeting, now: number): string | number | null;
}

const COLUMNS: readonly Column[] = [
  {
    name: 'Name',
    type: 'string',
    format: 'name',
    description: 'Name of the Meeting.',
    priority: 0,
    cell: ({ metadata }) => metadata.name,
  },
  {
    name: 'Platform',
    type: 'string',
    description: 'Whose meeting it is.',
    priority: 0,
    cell: ({ spec }) => spec.platform,
  },
  {
    name: 'Phase',
    type: 'string',
    description: 'Where it is in its life.',
    priority: 0,
    cell: ({ metadata, status }) => (metadata.deletionTimestamp === undefined ? status.phase : 'Deleting'),
  },
  {
    name: 'Result',
    type: 'string',
    description: 'What there is of the recording, or why there is none.',
    priority: 0,
    cell: ({ status }) => resultOf(status),
  },
  {
    name: 'Recorded',
    type: 'string',
    description: 'Length of the recording.',
    priority: 0,
    cell: ({ status }) =>
      status.recording === undefined ? null : humanDuration(Math.round(status.recording.durationSeconds)),
  },
  {
    name: 'Age',
    type: 'string',
    description: 'Time since it was created.',
    priority: 0,
    cell: ({ metadata }, now) => humanDuration((now - Date.parse(metadata.creationTimestamp)) / 1000),
  },
  {
    name: 'Attempts',
    type: 'integer',
    description: 'Recorders launched.',
    priority: 1,
    cell: ({ status }) => status.attempts.length,
  },
  {
    name: 'Start',
    type: 'string',
    description: 'When it begins.',
    priority: 1,
    cell: ({ spec }) => spec.startAt ?? null,
  },
  {
    name: 'URL',
    type: 'string',
    description: 'Where it is, without what may be secret.',
    priority: 1,
    cell: ({ spec }) => redactUrl(spec.url),
  },
];

export interface TableOptions {
  /** `v1` or `v1beta1` of meta.k8s.io, as the client asked. */
  version: string;
  /** What comes with each row. */
  include: 'None' | 'Metadata' | 'Object';
  /** Milliseconds since the epoch: the server prints ages. */
  now: number;
  /** Of the answer. */
  metadata: object;
}

/** What `kubectl get` prints. */
export function meetingTable(meetings: readonly Meeting[], { version, include, now, metadata }: TableOptions): object {
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${version}`,
    metadata,
    columnDefinitions: COLUMNS.map(({ name, type, format = '', description, priority }) => ({
      name,
      type,
      format,
      description,
      priority,
    })),
    rows: meetings.map((meeting) => ({
      cells: COLUMNS.map(({ cell }) => cell(meeting, now)),
      ...(include === 'None' ? {} : { object: include === 'Object' ? meeting : partial(meeting, version) }),
    })),
  };
}

function partial(meeting: Meeting, version: string): object {
  return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, metadata: meeting.metadata };
}

function resultOf({ outcome, reason }: Meeting['status']): string | null {
  if (outcome === 'Partial' && reason !== undefined) return `Partial (${reason})`;
  return outcome === undefined || outcome === 'None' ? (reason ?? null) : outcome;
}
