import type { Meeting } from '@meetingbot/crds-schema';
import type { Selectable } from './change.ts';

/** What this replica knows of a Meeting, without keeping it. */
export interface Known {
  uid: string;
  /** Newest version that was read or written here. */
  version: number;
  /** Newest version that the feed has told; 0: none. */
  told: number;
  isGone: boolean;
  selectable: Selectable;
}

/** So many are remembered, those that were seen last; about 300 bytes each. */
const CAPACITY = 50_000;

/** The last known version of Meetings by `namespace/name`; whoever is not in it is just not known. */
export class KnownMeetings {
  readonly #entries = new Map<string, Known>();
  readonly #capacity: number;

  constructor(capacity = CAPACITY) {
    this.#capacity = capacity;
  }

  get(id: string): Known | undefined {
    return this.#entries.get(id);
  }

  set(id: string, meeting: Meeting, { version, told, isGone }: Pick<Known, 'version' | 'told' | 'isGone'>): void {
    const { name, namespace, labels, uid } = meeting.metadata;
    const metadata = labels === undefined ? { name, namespace } : { name, namespace, labels };
    const selectable = { metadata, status: { phase: meeting.status.phase } };
    // Set anew, it is the last one of the map's order again.
    this.#entries.delete(id);
    this.#entries.set(id, { uid, version, told, isGone, selectable });
    if (this.#entries.size <= this.#capacity) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }
}
