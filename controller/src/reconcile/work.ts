import type { Clock, Meeting, MeetingKey } from '@meetingbot/crds-schema';
import { keyString } from '@meetingbot/crds-schema';
import type { MeetingStore } from '../ports.ts';
import { openAttempt } from './attempts.ts';
import { conditionOf } from './conditions.ts';
import { dueAtOf } from './due.ts';
import { withEvents } from './events.ts';
import type { Heartbeats } from './heartbeats.ts';
import type { Identities } from './identities.ts';
import type { Outbox } from './outbox.ts';
import type { Policy } from './policy.ts';
import type { Slots } from './slots.ts';
import type { Observed } from './steps.ts';
import type { TaskWatcher } from './task-watcher.ts';

/** A Meeting under way in one run: as it was read, and as it shall be written. */
export interface Work {
  key: MeetingKey;
  id: string;
  stored: Meeting;
  meeting: Meeting;
  seen: Observed;
}

export interface LedgerDeps {
  store: MeetingStore;
  outbox: Outbox;
  slots: Slots;
  identities: Identities;
  watcher: TaskWatcher;
  heartbeats: Heartbeats;
  clock: Clock;
  policy: Policy;
  /** Told of each accepted write: for metrics and events. */
  observe(before: Meeting, after: Meeting): void;
  /** Told of each Meeting as it was read, and of those that are no more: for gauges. */
  live?: { see(meeting: Meeting): void; forget(id: string): void };
}

/** What is on record, and what this process keeps in memory because of it. */
export class Ledger {
  readonly #deps: LedgerDeps;

  constructor(deps: LedgerDeps) {
    this.#deps = deps;
  }

  /** Writes what has changed since the last write, if anything has. @throws ConflictError */
  async write(work: Work): Promise<void> {
    if (work.meeting !== work.stored) {
      const now = this.#deps.clock.now();
      const told = withEvents(work.stored, work.meeting, now);
      const written = await this.#deps.store.update(told, dueAtOf(told, now, this.#deps.policy));
      this.#deps.observe(work.stored, written);
      work.stored = written;
      work.meeting = written;
    }
    this.account(work);
  }

  /** Places, watched tasks and heartbeats follow what is on record. */
  account({ key, id, meeting }: Pick<Work, 'key' | 'id' | 'meeting'>): void {
    const { heartbeats, identities, slots, watcher } = this.#deps;
    const attempt = openAttempt(meeting);
    if (attempt !== undefined) {
      slots.hold(key, attempt.slot);
      if (attempt.identity !== undefined) identities.hold(key, attempt.identity);
      if (attempt.taskArn !== undefined) watcher.watch(attempt.taskArn, id);
      return;
    }
    watcher.forget(id);
    heartbeats.forget(id);
    if (meeting.status.queuePosition === undefined) slots.release(key);
    identities.release(key, waitsForIdentity(meeting));
  }

  /** The Meeting is no more. */
  forget(key: MeetingKey): void {
    const { heartbeats, identities, live, outbox, slots, watcher } = this.#deps;
    const id = keyString(key);
    live?.forget(id);
    slots.release(key);
    identities.release(key, false);
    watcher.forget(id);
    heartbeats.forget(id);
    outbox.settle(id);
  }

  /** Begins a term of leading: what an earlier one knew may have been changed by another leader since. */
  clear(): void {
    const { identities, outbox, slots, watcher } = this.#deps;
    slots.clear();
    identities.clear();
    watcher.clear();
    outbox.clear();
  }
}

/** Whether its status says that it waits for a signed-in identity. */
function waitsForIdentity(meeting: Meeting): boolean {
  return meeting.status.phase === 'Pending' && conditionOf(meeting, 'Launched')?.reason === 'WaitingForIdentity';
}
