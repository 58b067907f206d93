import { keyString, type Meeting, type MeetingKey } from '@meetingbot/crds-schema';
import type { DueMeeting } from '../ports.ts';
import { MemoryMeetingStore } from '../store/memory-meeting-store.ts';
import { EPOCH } from './life.ts';
import type { Scheduler } from './scheduler.ts';

/** Told of each change of the table. `after` undefined: removed. */
export type OnWritten = (before: Meeting | undefined, after: Meeting | undefined, by: string) => void;

/** DynamoDB: the items as they are, and the index by due time as it is seen, which may be later. */
export class Table {
  readonly #memory: MemoryMeetingStore;
  readonly #items = new Map<string, Meeting>();
  readonly #index = new Map<string, { key: MeetingKey; dueAt: number | undefined; version: number }>();
  readonly #scheduler: Scheduler;
  readonly #lag: () => number;
  readonly #onWritten: OnWritten;
  readonly #onLost: () => void;
  #version = 0;

  /**
   * @param lag - milliseconds until the index shows a write, drawn for each
   * @param onLost - told of a write that lost its condition
   */
  constructor(scheduler: Scheduler, lag: () => number, onWritten: OnWritten, onLost: () => void) {
    this.#scheduler = scheduler;
    this.#lag = lag;
    this.#onWritten = onWritten;
    this.#onLost = onLost;
    this.#memory = new MemoryMeetingStore({ now: () => EPOCH + scheduler.time });
  }

  /** What is stored, for those who watch: not to be changed. */
  get items(): ReadonlyMap<string, Meeting> {
    return this.#items;
  }

  peek(key: MeetingKey): Meeting | undefined {
    return this.#items.get(keyString(key));
  }

  get(key: MeetingKey): Promise<Meeting | undefined> {
    return this.#memory.get(key);
  }

  async create(meeting: Meeting, dueAt: number | undefined, by: string): Promise<Meeting> {
    return this.#written(await this.#memory.create(meeting, dueAt), dueAt, by);
  }

  async update(meeting: Meeting, dueAt: number | undefined, by: string): Promise<Meeting> {
    try {
      return this.#written(await this.#memory.update(meeting, dueAt), dueAt, by);
    } catch (error) {
      this.#onLost();
      throw error;
    }
  }

  async remove(meeting: Meeting, by: string): Promise<void> {
    await this.#memory.remove(meeting);
    const id = keyString(meeting.metadata);
    const before = this.#items.get(id);
    this.#items.delete(id);
    this.#show(meeting.metadata, undefined);
    this.#onWritten(before, undefined, by);
  }

  due(from: number, until: number): DueMeeting[] {
    return [...this.#index.values()].flatMap(({ key, dueAt }) =>
      dueAt !== undefined && dueAt >= from && dueAt <= until ? [{ key, dueAt }] : [],
    );
  }

  #written(meeting: Meeting, dueAt: number | undefined, by: string): Meeting {
    const id = keyString(meeting.metadata);
    const before = this.#items.get(id);
    this.#items.set(id, meeting);
    this.#show(meeting.metadata, dueAt === undefined ? undefined : Math.floor(dueAt));
    this.#onWritten(before, meeting, by);
    return meeting;
  }

  #show({ namespace, name }: MeetingKey, dueAt: number | undefined): void {
    const key = { namespace, name };
    const version = ++this.#version;
    const lag = this.#lag();
    const apply = () => {
      const shown = this.#index.get(keyString(key));
      if (shown === undefined || shown.version < version) this.#index.set(keyString(key), { key, dueAt, version });
    };
    if (lag < 1) apply();
    else this.#scheduler.after(lag, apply);
  }
}
