import { assertNever, keyString, type Meeting } from '@meetingbot/crds-schema';
import type { IdentityLocks, MeetingStore, RecordingStore, TaskObservation, TaskRunner } from '../ports.ts';
import { openAttempt } from './attempts.ts';
import { claimIdentity } from './claim-identity.ts';
import { namesOf } from './decide-identity.ts';
import type { Heartbeats } from './heartbeats.ts';
import type { Identities } from './identities.ts';
import { startedBy } from './launch-request.ts';
import type { Outbox } from './outbox.ts';
import { withReport } from './report.ts';
import type { Slots } from './slots.ts';
import type { Observed, Wanted } from './steps.ts';
import type { TaskWatcher } from './task-watcher.ts';
import type { Work } from './work.ts';

export interface FactsDeps {
  store: Pick<MeetingStore, 'get'>;
  locks: IdentityLocks;
  identities: Identities;
  runner: TaskRunner;
  recordings: RecordingStore;
  outbox: Outbox;
  slots: Slots;
  watcher: TaskWatcher;
  heartbeats: Heartbeats;
  /** The installation's name in what our tasks are called. */
  launch: { installation: string };
}

/** Gathers what a decision goes by. */
export class Facts {
  readonly #deps: FactsDeps;

  constructor(deps: FactsDeps) {
    this.#deps = deps;
  }

  /** What this process knows without asking anybody. */
  known(meeting: Meeting): Observed {
    const { heartbeats, outbox } = this.#deps;
    const id = keyString(meeting.metadata);
    const attempt = openAttempt(meeting);
    const heartbeat = attempt === undefined ? undefined : heartbeats.of(meeting.metadata, attempt.number);
    const delivery = outbox.answer(meeting);
    return {
      delivering: outbox.isUnderWay(id),
      ...(delivery === undefined ? {} : { delivery }),
      ...(heartbeat === undefined ? {} : { heartbeatAt: heartbeat.at }),
    };
  }

  /** The Meeting with its recorder's last word, where this process took it without a write. */
  heard(meeting: Meeting): Meeting {
    const attempt = openAttempt(meeting);
    const last = attempt === undefined ? undefined : this.#deps.heartbeats.of(meeting.metadata, attempt.number);
    const before = meeting.status.recorder;
    const isWritten = before?.attempt === attempt?.number && before?.result !== undefined;
    return last?.report.result === undefined || isWritten ? meeting : withReport(meeting, last.report, last.at);
  }

  /** Fetches one more fact into `work.seen`. */
  async observe(work: Work, what: Wanted): Promise<void> {
    const { recordings, slots, watcher } = this.#deps;
    const { meeting, seen } = work;
    switch (what) {
      case 'task': {
        const taskArn = openAttempt(meeting)?.taskArn;
        if (taskArn === undefined) return;
        seen.task = await watcher.observe(taskArn, work.id);
        seen.missingFor = watcher.missingFor(taskArn);
        return;
      }
      case 'adoption':
        seen.adoption = await this.#findTask(meeting);
        return;
      case 'look':
        seen.look = await recordings.look(meeting);
        return;
      case 'leftovers':
        seen.leftovers = await recordings.hasLeftovers(meeting);
        return;
      case 'slot':
        seen.slot = slots.ask(work.key);
        return;
      case 'identity':
        seen.identity = this.#deps.identities.ask(work.key, meeting.spec.identity ?? '', meeting.spec.platform);
        return;
      case 'claim':
        seen.claim = await this.#claim(work);
        return;
      default:
        assertNever(what);
    }
  }

  /** Takes the first identity that can be had, for the intent that is written next. */
  async #claim({ seen, stored }: Work): Promise<{ name: string } | null> {
    for (const name of seen.identity === undefined ? [] : namesOf(seen.identity)) {
      if (await claimIdentity(this.#deps, name, stored)) return { name };
    }
    return null;
  }

  async #findTask(meeting: Meeting): Promise<TaskObservation | null> {
    const attempt = openAttempt(meeting);
    if (attempt === undefined) return null;
    const name = startedBy(this.#deps.launch.installation, meeting.metadata.uid, attempt.number);
    const live = await this.#deps.runner.listLive();
    return live.find((task) => task.startedBy === name) ?? null;
  }
}
