import {
  assertNever,
  type Clock,
  keyOf,
  keyString,
  type Logger,
  type Meeting,
  type MeetingKey,
} from '@meetingbot/crds-schema';
import { ConflictError, ControllerError } from '../errors.ts';
import { identityOf } from '../log.ts';
import type { LaunchResult, MeetingStore, Random, RecordingStore, TaskObservation, TaskRunner } from '../ports.ts';
import { failedLaunchEnd } from './attempt-end.ts';
import { openAttempt } from './attempts.ts';
import { decide } from './decide.ts';
import { dueAtOf } from './due.ts';
import { withEvents } from './events.ts';
import type { Heartbeats } from './heartbeats.ts';
import { type LaunchRequestOptions, launchRequest, startedBy } from './launch-request.ts';
import type { Outbox } from './outbox.ts';
import type { Policy } from './policy.ts';
import { failuresInARow, launchBackoff } from './retry.ts';
import type { Slots } from './slots.ts';
import type { Observed, Step, Wanted } from './steps.ts';
import type { TaskWatcher } from './task-watcher.ts';
import * as to from './transitions.ts';
import type { RunResult } from './work-queue.ts';

/** Steps of one run: far more than a life has; a decision that never comes to rest is a defect. */
const MAX_STEPS = 40;
/** Somebody else wrote first: read again after this. Milliseconds. */
const CONFLICT_PAUSE = 10;

export interface ReconcilerDeps {
  store: MeetingStore;
  runner: TaskRunner;
  recordings: RecordingStore;
  outbox: Outbox;
  slots: Slots;
  watcher: TaskWatcher;
  heartbeats: Heartbeats;
  clock: Clock;
  random: Random;
  log: Logger;
  policy: Policy;
  launch: LaunchRequestOptions;
  /** Told of each accepted write: for metrics and events. */
  observe(before: Meeting, after: Meeting): void;
  /** Told of each Meeting as it was read, and of those that are no more: for gauges. */
  live?: { see(meeting: Meeting): void; forget(id: string): void };
  /** @default decide: another one is for tests that must fail */
  decide?: typeof decide;
}

/** What is further away than this is left to the index of due times: timers cost memory, and overflow after 24 days. */
const HORIZON = 60 * 60_000;

/** A Meeting under way in one run: as it was read, and as it shall be written. */
interface Work {
  key: MeetingKey;
  id: string;
  stored: Meeting;
  meeting: Meeting;
  seen: Observed;
}

/**
 * Brings one Meeting one or more steps further: reads it, decides, does what was decided, writes what follows.
 * Changes are gathered and written once, but always before an effect that relies on them: an intent before RunTask,
 * an outbox before its webhook. It keeps nothing that a crash could lose.
 */
export class Reconciler {
  readonly #deps: ReconcilerDeps;

  constructor(deps: ReconcilerDeps) {
    this.#deps = deps;
  }

  /** @throws ControllerError when a service is away: the work queue backs off */
  async reconcile(key: MeetingKey): Promise<RunResult> {
    const { store, clock, decide: next = decide } = this.#deps;
    const id = keyString(key);
    const stored = await store.get(key);
    if (stored === undefined) {
      this.#forget(key);
      return {};
    }
    this.#deps.live?.see(stored);
    const work: Work = { key, id, stored, meeting: stored, seen: this.#known(stored) };
    try {
      for (let steps = 0; steps < MAX_STEPS; steps++) {
        const step = next(work.meeting, work.seen, clock.now(), this.#deps.policy);
        this.#deps.log.debug({ ...identityOf(work.meeting), step: step.do, why: step.why }, 'decided');
        const rest = await this.#perform(work, step);
        if (rest !== undefined) return rest;
      }
    } catch (error) {
      if (error instanceof ConflictError) return { again: CONFLICT_PAUSE };
      throw error;
    }
    throw new ControllerError('Internal', `${id}: no rest after ${MAX_STEPS} steps`);
  }

  /** What this process knows without asking anybody. */
  #known(meeting: Meeting): Observed {
    const id = keyString(meeting.metadata);
    const attempt = openAttempt(meeting);
    const heartbeat = attempt === undefined ? undefined : this.#deps.heartbeats.of(id, attempt.number);
    const delivery = this.#deps.outbox.answer(meeting);
    return {
      delivering: this.#deps.outbox.isUnderWay(id),
      ...(delivery === undefined ? {} : { delivery }),
      ...(heartbeat === undefined ? {} : { heartbeatAt: heartbeat.at }),
    };
  }

  /** @returns what to do after this run, or undefined to decide again */
  async #perform(work: Work, step: Step): Promise<RunResult | undefined> {
    const { clock, outbox, policy, random, recordings, runner, slots, store } = this.#deps;
    const now = clock.now();
    switch (step.do) {
      case 'observe':
        await this.#observe(work, step.what);
        return undefined;
      case 'wait':
        work.meeting = to.observed(work.meeting);
        await this.#write(work);
        return againAt(step.until, work.meeting, clock.now());
      case 'schedule':
        work.meeting = to.scheduled(work.meeting);
        return undefined;
      case 'queue':
        work.meeting = to.queued(work.meeting, step.position, now);
        return undefined;
      case 'begin':
        work.meeting = to.begun(
          work.meeting,
          { mode: step.mode, taskDefinition: await runner.resolveTaskDefinition(), ...slots.placeOf(work.key) },
          now,
        );
        work.seen = { delivering: work.seen.delivering };
        return undefined;
      case 'launch':
        await this.#launch(work);
        return undefined;
      case 'adopt':
        work.meeting = to.launched(work.meeting, step.taskArn, now);
        return undefined;
      case 'noteStop':
        work.meeting = to.stopNoted(work.meeting, now);
        return undefined;
      case 'stopTask':
        await this.#write(work);
        await runner.stop(openAttempt(work.meeting)?.taskArn ?? '', step.why);
        work.meeting = to.stopSent(work.meeting, clock.now());
        return undefined;
      case 'endAttempt':
        this.#endAttempt(work, step);
        return undefined;
      case 'conclude':
        work.meeting = to.concluded(work.meeting, step.reason, now);
        return undefined;
      case 'settle':
        work.meeting = to.settled(work.meeting, step.look, now, policy);
        return undefined;
      case 'deliver':
        await this.#write(work);
        outbox.deliver(work.meeting);
        return {};
      case 'recordDelivery':
        work.meeting = to.deliveryRecorded(work.meeting, step.delivery, random.next(), now, policy);
        delete work.seen.delivery;
        await this.#writeDelivery(work);
        return undefined;
      case 'finish':
        work.meeting = to.finished(work.meeting, step.notified, now);
        return undefined;
      case 'resend':
        work.meeting = to.resendBegun(work.meeting, now);
        return undefined;
      case 'remove':
        if (step.recordingToo) await recordings.remove(work.meeting);
        if (to.heldByOthers(work.meeting)) {
          work.meeting = to.released(work.meeting, now);
          return undefined;
        }
        await store.remove(work.stored);
        this.#deps.observe(work.stored, to.released(work.meeting, now));
        this.#forget(work.key);
        return {};
      default:
        return assertNever(step);
    }
  }

  async #observe(work: Work, what: Wanted): Promise<void> {
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
      default:
        assertNever(what);
    }
  }

  async #findTask(meeting: Meeting): Promise<TaskObservation | null> {
    const attempt = openAttempt(meeting);
    if (attempt === undefined) return null;
    const name = startedBy(this.#deps.launch.installation, meeting.metadata.uid, attempt.number);
    const live = await this.#deps.runner.listLive();
    return live.find((task) => task.startedBy === name) ?? null;
  }

  async #launch(work: Work): Promise<void> {
    await this.#write(work);
    const { clock, random, runner, watcher } = this.#deps;
    const attempt = openAttempt(work.meeting);
    if (attempt === undefined) throw new Error(`${work.id}: nothing to launch`);
    let result: LaunchResult;
    try {
      result = await runner.launch(launchRequest(work.meeting, attempt, this.#deps.launch));
    } catch (error) {
      if (!(error instanceof ControllerError) || error.code !== 'Misconfigured') throw error;
      result = { kind: 'rejected', why: 'configuration', message: error.message };
    }
    const now = clock.now();
    if (result.kind === 'started') {
      work.meeting = to.launched(work.meeting, result.taskArn, now);
      watcher.watch(result.taskArn, work.id);
      await this.#write(work);
      return;
    }
    const end = failedLaunchEnd(result);
    const failures = (work.meeting.status.failedLaunches ?? 0) + 1;
    work.meeting = to.rejected(work.meeting, end, now + launchBackoff(end.reason, failures, random.next()), now);
  }

  #endAttempt(work: Work, { end, task }: Extract<Step, { do: 'endAttempt' }>): void {
    const { clock, random } = this.#deps;
    const failures = failuresInARow(work.meeting.status.attempts) || 1;
    const now = clock.now();
    const retryAt = now + launchBackoff(end.reason, failures, random.next());
    work.meeting = to.attemptEnded(work.meeting, end, task, retryAt, now);
    delete work.seen.task;
    delete work.seen.missingFor;
  }

  /** A delivery and the end it brings are one write; only then is the answer forgotten. */
  async #writeDelivery(work: Work): Promise<void> {
    if (work.meeting.status.webhook?.deliveredAt !== undefined) {
      work.meeting = to.finished(work.meeting, 'delivered', this.#deps.clock.now());
    }
    await this.#write(work);
    this.#deps.outbox.settle(work.id);
  }

  /** Writes what has changed since the last write, if anything has. @throws ConflictError */
  async #write(work: Work): Promise<void> {
    if (work.meeting !== work.stored) {
      const now = this.#deps.clock.now();
      const told = withEvents(work.stored, work.meeting, now);
      const written = await this.#deps.store.update(told, dueAtOf(told, now, this.#deps.policy));
      this.#deps.observe(work.stored, written);
      work.stored = written;
      work.meeting = written;
    }
    this.#account(work);
  }

  /** Places, watched tasks and heartbeats follow what is on record. */
  #account({ key, id, meeting }: Work): void {
    const { heartbeats, slots, watcher } = this.#deps;
    const attempt = openAttempt(meeting);
    if (attempt !== undefined) {
      slots.hold(key, attempt.slot);
      if (attempt.taskArn !== undefined) watcher.watch(attempt.taskArn, id);
      return;
    }
    watcher.forget(id);
    heartbeats.forget(id);
    if (meeting.status.queuePosition === undefined) slots.release(key);
  }

  #forget(key: MeetingKey): void {
    const { heartbeats, outbox, slots, watcher } = this.#deps;
    this.#deps.live?.forget(keyString(key));
    slots.release(key);
    watcher.forget(keyString(key));
    heartbeats.forget(keyString(key));
    outbox.settle(keyString(key));
  }

  /** Begins a term of leading: what an earlier one knew may have been changed by another leader since. */
  begin(): void {
    const { outbox, slots, watcher } = this.#deps;
    slots.clear();
    watcher.clear();
    outbox.clear();
  }

  /** Takes over a Meeting that another life of the controller began: its place and its task, before any launch. */
  takeOver(meeting: Meeting): void {
    const key = keyOf(meeting);
    this.#deps.live?.see(meeting);
    this.#account({ key, id: keyString(key), stored: meeting, meeting, seen: { delivering: false } });
  }
}

/** @param until - when the Meeting must be seen again, milliseconds since the epoch */
function againAt(until: number | undefined, meeting: Meeting, now: number): RunResult {
  if (until === undefined) return {};
  const delay = Math.max(1, until - now);
  if (delay <= HORIZON) return { again: delay };
  // With an attempt open the index knows a later time only.
  return openAttempt(meeting) === undefined ? {} : { again: HORIZON };
}
