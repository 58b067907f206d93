import { type Clock, keyString, type Meeting, type MeetingKey } from '@meetingbot/crds-schema';
import { ConflictError, ControllerError } from '../errors.ts';
import type { DueMeeting, MeetingPage, MeetingStore } from '../ports.ts';
import { continueAfter, parseContinue } from './continue-token.ts';
import { VersionClock } from './resource-version.ts';

interface Row {
  key: MeetingKey;
  resourceVersion: string;
  /** As text, as in the table: nothing is shared with the caller, and it reads back exactly. */
  doc: string;
  dueAt: number | undefined;
}

/** A MeetingStore in memory, under the same contract as the real one: for tests and the simulation. */
export class MemoryMeetingStore implements MeetingStore {
  readonly #rows = new Map<string, Row>();
  readonly #versions: VersionClock;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#versions = new VersionClock(clock);
  }

  async create(meeting: Meeting, dueAt: number | undefined): Promise<Meeting> {
    if (this.#rows.has(keyString(meeting.metadata))) {
      throw new ControllerError('AlreadyExists', `${keyString(meeting.metadata)} exists`);
    }
    return this.#write(meeting, this.#versions.next(), dueAt);
  }

  async get(key: MeetingKey): Promise<Meeting | undefined> {
    const row = this.#rows.get(keyString(key));
    return row && parse(row);
  }

  async list(options: { namespace?: string; limit: number; continueToken?: string }): Promise<MeetingPage> {
    const after = options.continueToken === undefined ? undefined : parseContinue(options.continueToken);
    const rows = [...this.#rows.values()]
      .filter(({ key }) => options.namespace === undefined || key.namespace === options.namespace)
      .filter(({ key }) => after === undefined || compare(key, after) > 0)
      .sort((a, b) => compare(a.key, b.key));
    const page = rows.slice(0, options.limit);
    const last = page.at(-1);
    return page.length === rows.length || last === undefined
      ? { items: page.map(parse) }
      : { items: page.map(parse), continueToken: continueAfter(last.key) };
  }

  async namespaces(): Promise<string[]> {
    return [...new Set([...this.#rows.values()].map(({ key }) => key.namespace))].sort();
  }

  async update(meeting: Meeting, dueAt: number | undefined): Promise<Meeting> {
    this.#expectUnchanged(meeting);
    return this.#write(meeting, this.#versions.next(meeting.metadata.resourceVersion), dueAt);
  }

  async remove(meeting: Meeting): Promise<void> {
    this.#expectUnchanged(meeting);
    this.#rows.delete(keyString(meeting.metadata));
  }

  async due(from: number, until: number): Promise<DueMeeting[]> {
    return [...this.#rows.values()].flatMap(({ key, dueAt }) =>
      dueAt !== undefined && dueAt >= from && dueAt <= until ? [{ key: { ...key }, dueAt }] : [],
    );
  }

  #expectUnchanged(meeting: Meeting): void {
    const row = this.#rows.get(keyString(meeting.metadata));
    if (row?.resourceVersion !== meeting.metadata.resourceVersion) {
      throw new ConflictError(`${keyString(meeting.metadata)} has been written by somebody else`);
    }
  }

  #write(meeting: Meeting, resourceVersion: string, dueAt: number | undefined): Meeting {
    const { namespace, name } = meeting.metadata;
    const written = { ...meeting, metadata: { ...meeting.metadata, resourceVersion } };
    this.#rows.set(keyString(meeting.metadata), {
      key: { namespace, name },
      resourceVersion,
      doc: JSON.stringify(written),
      dueAt: dueAt === undefined ? undefined : Math.floor(dueAt),
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
