import type { Change, ChangeType, Selectable } from './change.ts';

/** What one watcher asked for. */
export interface Selection {
  /** Fixed for a Meeting's life: others never concern this watcher. @default all */
  namespace?: string | undefined;
  name?: string | undefined;
  /** By what may change: one that stops matching is gone for this watcher. */
  matches(meeting: Selectable): boolean;
}

/**
 * What a change is for a watcher with a selection; undefined: nothing.
 * Where it is not known what was before, the watcher is told rather twice than never.
 */
export function seenThrough({ namespace, name, matches }: Selection, change: Change): ChangeType | undefined {
  const { before, meeting, type } = change;
  if (namespace !== undefined && meeting.metadata.namespace !== namespace) return undefined;
  if (name !== undefined && meeting.metadata.name !== name) return undefined;
  const matched = before === undefined ? undefined : before !== 'absent' && matches(before);
  if (type === 'DELETED') return (matched ?? matches(meeting)) ? 'DELETED' : undefined;
  if (matches(meeting)) return matched === false || type === 'ADDED' ? 'ADDED' : 'MODIFIED';
  return matched === false ? undefined : 'DELETED';
}
