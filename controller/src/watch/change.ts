import type { Meeting } from '@meetingbot/crds-schema';

export type ChangeType = 'ADDED' | 'MODIFIED' | 'DELETED';

/** What selectors look at. */
export interface Selectable {
  metadata: Pick<Meeting['metadata'], 'name' | 'namespace' | 'labels'>;
  status: Pick<Meeting['status'], 'phase'>;
}

/** A change of a Meeting, as this replica learnt of it. */
export interface Change {
  type: ChangeType;
  /** As it is after the change; `DELETED`: as it was last, with the version of its removal. */
  meeting: Meeting;
  /** `namespace/name`. */
  id: string;
  /** The Meeting's resourceVersion as a number: microseconds, greater with each change of a name. */
  version: number;
  /** What selectors saw before; `absent`: nothing was there; undefined: this replica does not know. */
  before: Selectable | 'absent' | undefined;
  /** Place in the order in which this replica learnt of changes; never less than `version`. */
  position: number;
}

/**
 * Of a version that another replica gave out, or of a write that was long under way, this much is uncertain: clocks'
 * skew, three tries of a write (9 s), and lag of the index. Microseconds.
 */
export const UNCERTAINTY = 30_000_000;
