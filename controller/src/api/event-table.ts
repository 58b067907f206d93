import { humanDuration } from './human-duration.ts';
import type { CoreEvent } from './meeting-events.ts';
import { type Column, type TableOptions, tableOf } from './table.ts';

const since = (time: string, now: number): string => humanDuration((now - Date.parse(time)) / 1000);

/** The columns that Kubernetes prints for events (kubernetes, pkg/printers/internalversion/printers.go). */
const COLUMNS: readonly Column<CoreEvent>[] = [
  {
    name: 'Last Seen',
    type: 'string',
    description: 'Time since it last happened.',
    priority: 0,
    cell: ({ lastTimestamp }, now) => since(lastTimestamp, now),
  },
  { name: 'Type', type: 'string', description: 'Normal or Warning.', priority: 0, cell: ({ type }) => type },
  { name: 'Reason', type: 'string', description: 'For programs.', priority: 0, cell: ({ reason }) => reason },
  {
    name: 'Object',
    type: 'string',
    description: 'What it happened to.',
    priority: 0,
    cell: ({ involvedObject }) => `${involvedObject.kind.toLowerCase()}/${involvedObject.name}`,
  },
  {
    name: 'Source',
    type: 'string',
    description: 'Who says so.',
    priority: 1,
    cell: ({ source }) => source.component,
  },
  { name: 'Message', type: 'string', description: 'For people.', priority: 0, cell: ({ message }) => message },
  {
    name: 'First Seen',
    type: 'string',
    description: 'Time since it first happened.',
    priority: 1,
    cell: ({ firstTimestamp }, now) => since(firstTimestamp, now),
  },
  { name: 'Count', type: 'integer', description: 'How often it happened.', priority: 1, cell: ({ count }) => count },
  {
    name: 'Name',
    type: 'string',
    format: 'name',
    description: 'Name of the event.',
    priority: 1,
    cell: ({ metadata }) => metadata.name,
  },
];

/** Events as `kubectl get events` prints them. */
export function eventTable(events: readonly CoreEvent[], options: TableOptions): object {
  return tableOf(COLUMNS, events, options);
}
