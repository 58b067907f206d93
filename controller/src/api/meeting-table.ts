import { type Meeting, redactUrl } from '@meetingbot/crds-schema';
import { humanDuration } from './human-duration.ts';
import { type ShownMeeting, shown } from './shown-meeting.ts';
import { type Column, type TableOptions, tableOf } from './table.ts';

const COLUMNS: readonly Column<ShownMeeting>[] = [
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

/** Meetings as `kubectl get` prints them. */
export function meetingTable(meetings: readonly Meeting[], options: TableOptions): object {
  return tableOf(COLUMNS, meetings.map(shown), options);
}

function resultOf({ outcome, reason }: Meeting['status']): string | null {
  if (outcome === 'Partial' && reason !== undefined) return `Partial (${reason})`;
  return outcome === undefined || outcome === 'None' ? (reason ?? null) : outcome;
}
