import { type Clock, keyString, type Meeting, type MeetingKey } from '@meetingbot/crds-schema';
import { ConflictError, ControllerError } from '../errors.ts';
import type { DueMeeting, MeetingPage, MeetingStore } from '../ports.ts';
import {
  type ChangedKey,
  type ChangeLog,
  REMEMBER_GONE_MS,
  type StoredVersion,
  type StoreObserver,
} from './change-log.ts';
import { continueAfter, parseContinue } from './continue-token.ts';
import { VersionClock } from './resource-version.ts';

interface Row {
  key: MeetingKey;
  resourceVersion: string;
  /** As text, as in the table: nothing is shared with the caller, and it reads back exactly. */
  doc: string;
  dueAt: number | undefined;
  /** Milliseconds since the epoch; undefined: it is there. */
  goneAt?: number;
}

/** A MeetingStore in memory, under the same contract as the real one: for tests and the simulation. */
export class MemoryMeetingStore implements MeetingStore, ChangeLog {
  readonly #rows = new Map<string, Row>();
  /** Keys of what is there, in the table's order; undefined once one came or went. */
  #order: MeetingKey[] | undefined;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #versions: VersionClock;
  readonly #observer: StoreObserver | undefined;

  constructor(clock: Pick<Clock, 'now'>, observer?: StoreObserver) {
    this.#clock = clock;
    this.#versions = new VersionClock(clock);
    this.#observer = observer;
  }

  async create(meeting: Meeting, dueAt: number | undefined): Promise<Meeting> {
    const row = this.#rows.get(keyString(meeting.metadata));
    if (row !== undefined && row.goneAt === undefined) {
      throw new ControllerError('AlreadyExists', `${keyString(meeting.metadata)} exists`);
    }
    const created = this.#write(meeting, this.#versions.next(row?.resourceVersion), { dueAt });
    this.#observer?.written('ADDED', created);
    return created;
  }

  async get(key: MeetingKey): Promise<Meeting | undefined> {
    const row = this.#rows.get(keyString(key));
    return row === undefined || row.goneAt !== undefined ? undefined : this.#seen(row);
  }

  async list(options: { namespace?: string; limit: number; continueToken?: string }): Promise<MeetingPage> {
    const after = options.continueToken === undefined ? undefined : parseContinue(options.continueToken);
    this.#order ??= this.#live()
      .map(({ key }) => key)
      .sort(compare);
    const keys = this.#order
      .filter((key) => options.namespace === undefined || key.namespace === options.namespace)
      .filter((key) => after === undefined || compare(key, after) > 0);
    const page = keys.slice(0, options.limit);
    const last = page.at(-1);
    const items = page.map((key) => this.#seen(this.#rows.get(keyString(key)) as Row));
    return page.length === keys.length || last === undefined
      ? { items }
      : { items, continueToken: continueAfter(last) };
  }

  async namespaces(): Promise<string[]> {
    return [...new Set([...this.#rows.values()].map(({ key }) => key.namespace))].sort();
  }

  async update(meeting: Meeting, dueAt: number | undefined): Promise<Meeting> {
    this.#expectUnchanged(meeting);
    const updated = this.#write(meeting, this.#versions.next(meeting.metadata.resourceVersion), { dueAt });
    this.#observer?.written('MODIFIED', updated);
    return updated;
  }

  async remove(meeting: Meeting): Promise<void> {
    this.#expectUnchanged(meeting);
    const goneAt = this.#clock.now();
    const gone = this.#write(meeting, this.#versions.next(meeting.metadata.resourceVersion), { goneAt });
    this.#observer?.written('DELETED', gone);
  }

  async due(from: number, until: number): Promise<DueMeeting[]> {
    return this.#live().flatMap(({ key, dueAt }) =>
      dueAt !== undefined && dueAt >= from && dueAt <= until ? [{ key: { ...key }, dueAt }] : [],
    );
  }

  async changedSince(version: string): Promise<ChangedKey[]> {
    return [...this.#rows.values()]
      .filter(({ resourceVersion }) => Number(resourceVersion) > Number(version))
      .map(({ key, resourceVersion }) => ({ key: { ...key }, version: resourceVersion }));
  }

  async read(keys: readonly MeetingKey[]): Promise<StoredVersion[]> {
    return keys.flatMap((key) => {
      const row = this.#rows.get(keyString(key));
      return row === undefined ? [] : [{ meeting: parse(row), isGone: row.goneAt !== undefined }];
    });
  }

  async forgetGone(now: number): Promise<number> {
    const old = [...this.#rows].filter(
      ([, { goneAt }]) => goneAt !== undefined && Math.floor(goneAt) + REMEMBER_GONE_MS <= now,
    );
    for (const [id] of old) this.#rows.delete(id);
    return old.length;
  }

  #live(): Row[] {
    return [...this.#rows.values()].filter(({ goneAt }) => goneAt === undefined);
  }

  #seen(row: Row): Meeting {
    const meeting = parse(row);
    this.#observer?.read(meeting);
    return meeting;
  }

  #expectUnchanged(meeting: Meeting): void {
    const row = this.#rows.get(keyString(meeting.metadata));
    if (row?.resourceVersion !== meeting.metadata.resourceVersion || row.goneAt !== undefined) {
      throw new ConflictError(`${keyString(meeting.metadata)} has been written by somebody else`);
    }
  }

  #write(
    meeting: Meeting,
    resourceVersion: string,
    { dueAt, goneAt }: { dueAt?: number | undefined; goneAt?: number },
  ) {
    const { namespace, name } = meeting.metadata;
    const written = { ...meeting, metadata: { ...meeting.metadata, resourceVersion } };
    const before = this.#rows.get(keyString(meeting.metadata));
    if (before === undefined || before.goneAt !== goneAt) this.#order = undefined;
    this.#rows.set(keyString(meeting.metadata), {
      key: { namespace, name },
      resourceVersion,
      doc: JSON.stringify(written),
      dueAt: dueAt === undefined ? undefined : Math.floor(dueAt),
      ...(goneAt === undefined ? {} : { goneAt }),
    });
    return written;
  }
}

function parse(row: Row): Meeting {
  return JSON.parse(row.doc) as Meeting;
}

/** By namespace, then name, as bytes: the order of the table. */
function compare(a: MeetingKey, b: MeetingKey): number {
  const order = (x: string, y: string) => (x < y ? -1 : x > y ? 1 : 0);
  return order(a.namespace, b.namespace) || order(a.name, b.name);
}
