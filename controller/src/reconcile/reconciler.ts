import { assertNever, keyOf, keyString, type Logger, type Meeting, type MeetingKey } from '@meetingbot/crds-schema';
import { ConflictError, ControllerError } from '../errors.ts';
import { identityOf, type MeetingIdentity } from '../log.ts';
import type { IdentityLocks, Random, RecordingStore, TaskRunner } from '../ports.ts';
import { openAttempt } from './attempts.ts';
import { decide } from './decide.ts';
import { Facts } from './facts.ts';
import { Handed } from './handed.ts';
import type { LaunchRequestOptions } from './launch-request.ts';
import { Launcher } from './launcher.ts';
import { failuresInARow, launchBackoff } from './retry.ts';
import type { Step } from './steps.ts';
import * as to from './transitions/index.ts';
import { Ledger, type LedgerDeps, type Work } from './work.ts';
import type { RunResult } from './work-queue.ts';

/** Steps of one run: far more than a life has; a decision that never comes to rest is a defect. */
const MAX_STEPS = 40;
/** Somebody else wrote first: read again after this. Milliseconds. */
const CONFLICT_PAUSE = 10;

export interface ReconcilerDeps extends LedgerDeps {
  runner: TaskRunner;
  recordings: RecordingStore;
  locks: IdentityLocks;
  random: Random;
  log: Logger;
  launch: LaunchRequestOptions;
  /** @default decide: another one is for tests that must fail */
  decide?: typeof decide;
}

/** What is further away than this is left to the index of due times: timers cost memory, and overflow after 24 days. */
const HORIZON = 60 * 60_000;

/**
 * Brings one Meeting one or more steps further: reads it, decides, does what was decided, writes what follows.
 * Changes are gathered and written once, but always before an effect that relies on them: an intent before RunTask,
 * an outbox before its webhook. It keeps nothing that a crash could lose.
 */
export class Reconciler {
  readonly #deps: ReconcilerDeps;
  readonly #ledger: Ledger;
  readonly #facts: Facts;
  readonly #launcher: Launcher;
  readonly #handed = new Handed();
  readonly #failing = new Map<string, MeetingIdentity>();

  constructor(deps: ReconcilerDeps) {
    this.#deps = deps;
    this.#ledger = new Ledger(deps);
    this.#facts = new Facts(deps);
    this.#launcher = new Launcher({ ...deps, ledger: this.#ledger });
  }

  /** The next run of this Meeting begins with what was just written. */
  hand(meeting: Meeting): void {
    this.#handed.put(meeting);
  }

  /** @throws ControllerError when a service is away: the work queue backs off */
  async reconcile(key: MeetingKey): Promise<RunResult> {
    const { store, clock, decide: next = decide } = this.#deps;
    const id = keyString(key);
    const stored = this.#handed.take(id) ?? (await store.get(key));
    this.#failing.delete(id);
    if (stored === undefined) {
      this.#ledger.forget(key);
      return {};
    }
    this.#deps.live?.see(stored);
    const work: Work = { key, id, stored, meeting: this.#facts.heard(stored), seen: this.#facts.known(stored) };
    try {
      for (let steps = 0; steps < MAX_STEPS; steps++) {
        const step = next(work.meeting, work.seen, clock.now(), this.#deps.policy);
        this.#deps.log.debug({ ...identityOf(work.meeting), step: step.do, why: step.why }, 'decided');
        const rest = await this.#perform(work, step);
        if (rest !== undefined) return rest;
      }
    } catch (error) {
      if (error instanceof ConflictError) return { again: CONFLICT_PAUSE };
      this.#failing.set(id, identityOf(work.meeting));
      throw error;
    } finally {
      this.#handed.saw(work.stored);
    }
    throw new ControllerError('Internal', `${id}: no rest after ${MAX_STEPS} steps`);
  }

  /** The Meeting of a key whose last run failed after it was read: for log lines. */
  identityOf(id: string): MeetingIdentity | undefined {
    return this.#failing.get(id);
  }

  /** @returns what to do after this run, or undefined to decide again */
  async #perform(work: Work, step: Step): Promise<RunResult | undefined> {
    const { clock, outbox, policy, random, recordings, runner, slots, store } = this.#deps;
    const now = clock.now();
    switch (step.do) {
      case 'observe':
        await this.#facts.observe(work, step.what);
        return undefined;
      case 'wait':
        work.meeting = to.observed(work.meeting);
        await this.#ledger.write(work);
        return againAt(step.until, work.meeting, clock.now());
      case 'schedule':
        work.meeting = to.scheduled(work.meeting);
        return undefined;
      case 'queue':
        work.meeting = to.queued(work.meeting, step.position, now);
        return undefined;
      case 'awaitIdentity':
        work.meeting = to.identityAwaited(work.meeting, step, now);
        return undefined;
      case 'begin':
        work.meeting = to.begun(
          work.meeting,
          {
            mode: step.mode,
            taskDefinition: await runner.resolveTaskDefinition(),
            ...slots.placeOf(work.key),
            ...(step.identity === undefined ? {} : { identity: step.identity }),
          },
          now,
        );
        work.seen = { delivering: work.seen.delivering };
        return undefined;
      case 'launch':
        await this.#launcher.launch(work);
        return undefined;
      case 'adopt':
        work.meeting = to.launched(work.meeting, step.taskArn, now);
        return undefined;
      case 'noteStop':
        work.meeting = to.stopNoted(work.meeting, now);
        return undefined;
      case 'stopTask':
        await this.#ledger.write(work);
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
        await this.#ledger.write(work);
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
        this.#ledger.forget(work.key);
        return {};
      default:
        return assertNever(step);
    }
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
    await this.#ledger.write(work);
    this.#deps.outbox.settle(work.id);
  }

  /** Begins a term of leading: what an earlier one knew may have been changed by another leader since. */
  begin(): void {
    this.#failing.clear();
    this.#handed.clear();
    this.#ledger.clear();
  }

  /** Takes over a Meeting that another life of the controller began: its place and its task, before any launch. */
  takeOver(meeting: Meeting): void {
    const key = keyOf(meeting);
    this.#deps.live?.see(meeting);
    this.#ledger.account({ key, id: keyString(key), meeting });
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
