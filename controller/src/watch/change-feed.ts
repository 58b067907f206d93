import { type Clock, keyString, type Meeting } from '@meetingbot/crds-schema';
import type { StoredVersion, StoreObserver } from '../store/change-log.ts';
import { type Change, type ChangeType, type Selectable, UNCERTAINTY } from './change.ts';
import { type Known, KnownMeetings } from './known-meetings.ts';
import { type Mark, Marks } from './marks.ts';

export type ChangeListener = (change: Change) => void;

/** Changes kept for watches that begin, or begin again, a little later; what is older comes from the index. */
const HISTORY = 2000;

/**
 * Changes of Meetings in the order in which this replica learns of them: its own writes at once, others' from the
 * index of changes or from a read. Of one name versions only grow, and each is told once.
 */
export class ChangeFeed implements StoreObserver {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #known = new KnownMeetings();
  readonly #marks = new Marks();
  readonly #listeners = new Set<ChangeListener>();
  #history: Change[] = [];
  #position = 0;
  /** History is complete after this position. */
  #keptAfter: number;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
    this.#keptAfter = this.#next();
  }

  /** How many listen. */
  get listeners(): number {
    return this.#listeners.size;
  }

  /** @returns ends it */
  subscribe(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A version for a list that begins now, or a bookmark: all that was told has a lower position. */
  mark(): Mark {
    return this.#marks.add(this.#next());
  }

  /** The mark of a version, if this replica gave it out lately. */
  markOf(version: number): Mark | undefined {
    return this.#marks.get(version);
  }

  /** What was told after a position, in order; undefined when history does not reach back so far. */
  after(position: number): Change[] | undefined {
    if (position < this.#keptAfter) return undefined;
    let index = this.#history.length;
    while (index > 0 && (this.#history[index - 1]?.position ?? 0) > position) index--;
    return this.#history.slice(index);
  }

  /** Whether a version, or a later one of that name, was told. */
  wasTold(id: string, version: number): boolean {
    return (this.#known.get(id)?.told ?? 0) >= version;
  }

  /** Newest version of a name that was read or written here. */
  newestOf(id: string): number {
    return this.#known.get(id)?.version ?? 0;
  }

  /** All that is kept, in order. */
  get history(): readonly Change[] {
    return this.#history;
  }

  written(type: ChangeType, meeting: Meeting): void {
    this.#tell(type, meeting, type === 'ADDED' ? 'absent' : undefined);
  }

  /** A read that finds what nobody has told yet tells it; the first sight of a Meeting is no change. */
  read(meeting: Meeting): void {
    const id = keyString(meeting.metadata);
    const version = Number(meeting.metadata.resourceVersion);
    const known = this.#known.get(id);
    if (known === undefined) this.#known.set(id, meeting, { version, told: 0, isGone: false });
    else if (known.version < version) this.#tell(known.isGone ? 'ADDED' : 'MODIFIED', meeting);
  }

  /** Takes what the index of changes led to, in any order. */
  discovered(states: readonly StoredVersion[]): void {
    const versionOf = ({ meeting }: StoredVersion) => Number(meeting.metadata.resourceVersion);
    for (const state of [...states].sort((a, b) => versionOf(a) - versionOf(b))) {
      const known = this.#known.get(keyString(state.meeting.metadata));
      this.#tell(state.isGone ? 'DELETED' : isNew(state.meeting, known) ? 'ADDED' : 'MODIFIED', state.meeting);
    }
  }

  /** @param otherwise - what was before where it is not known here */
  #tell(type: ChangeType, meeting: Meeting, otherwise?: 'absent'): void {
    const id = keyString(meeting.metadata);
    const version = Number(meeting.metadata.resourceVersion);
    const known = this.#known.get(id);
    if (known !== undefined && known.told >= version) return;
    this.#position = Math.max(this.#next(), version);
    const before = known === undefined || known.version >= version ? otherwise : stateOf(known);
    const change: Change = { type, meeting, id, version, before, position: this.#position };
    const newest = Math.max(version, known?.version ?? 0);
    this.#known.set(id, meeting, { version: newest, told: version, isGone: type === 'DELETED' });
    this.#keep(change);
    for (const listener of this.#listeners) listener(change);
  }

  #keep(change: Change): void {
    this.#history.push(change);
    // In large steps, so that each change costs little.
    if (this.#history.length < 2 * HISTORY) return;
    this.#keptAfter = this.#history[HISTORY - 1]?.position ?? this.#keptAfter;
    this.#history = this.#history.slice(HISTORY);
  }

  #next(): number {
    this.#position = Math.max(this.#position + 1, Math.floor(this.#clock.now() * 1000));
    return this.#position;
  }
}

function stateOf({ isGone, selectable }: Known): Selectable | 'absent' {
  return isGone ? 'absent' : selectable;
}

/** Of a Meeting that is not known, one that was made lately. */
function isNew({ metadata }: Meeting, known: Known | undefined): boolean {
  if (known !== undefined) return known.isGone;
  return Date.parse(metadata.creationTimestamp) * 1000 > Number(metadata.resourceVersion) - UNCERTAINTY;
}
