import type { Meeting, MeetingKey, WebhookBody } from '@meetingbot/crds-schema';
import { ControllerError } from '../errors.ts';
import type { LaunchRequest } from '../ports.ts';
import { isStopping, openAttempt } from '../reconcile/attempts.ts';
import { startedBy } from '../reconcile/launch-request.ts';
import type { Policy } from '../reconcile/policy.ts';
import type { SlotLimits } from '../reconcile/slots.ts';
import { MemoryIdentityLocks } from '../store/memory-identity-locks.ts';
import { Bucket } from './bucket.ts';
import { Chance } from './chance.ts';
import { INSTALLATION } from './controller-process.ts';
import { describe } from './describe.ts';
import { Ecs, type SimulatedTask } from './ecs.ts';
import { Faults, type SingleFault } from './faults.ts';
import type { Life } from './life.ts';
import { Processes } from './processes.ts';
import { Receiver } from './receiver.ts';
import type { Sabotage } from './sabotage.ts';
import { Safety } from './safety.ts';
import type { Moment } from './scenario.ts';
import { Scheduler } from './scheduler.ts';
import { Table } from './table.ts';
import { SIMULATED_POLICY, type Weather } from './weather.ts';

const TRACE_LINES = 1_000;

export interface WorldOptions {
  seed: string;
  weather: Weather;
  limits: SlotLimits;
  single?: SingleFault | undefined;
  without?: ReadonlySet<string>;
  sabotage?: Sabotage;
  /** Keeps the last lines of what happened. It costs time. */
  trace?: boolean;
}

export interface Violation {
  invariant: string;
  what: string;
  /** Milliseconds since the start. */
  at: number;
}

/** Controllers, ECS, S3, DynamoDB, a webhook's receiver: one history's world, made from a seed. */
export class World {
  readonly chance: Chance;
  readonly weather: Weather;
  readonly limits: SlotLimits;
  readonly policy: Policy;
  readonly sabotage: Sabotage;
  readonly faults: Faults;
  readonly scheduler: Scheduler;
  readonly bucket: Bucket;
  readonly table: Table;
  readonly ecs: Ecs;
  readonly receiver: Receiver;
  readonly locks = new MemoryIdentityLocks();
  readonly processes: Processes;
  readonly isTracing: boolean;
  readonly timing = {
    watchInterval: 10_000,
    pollInterval: 10_000,
    collectInterval: 60_000,
    resyncInterval: 120_000,
    lease: { leaseDuration: 75_000, renewDeadline: 50_000, retryPeriod: 20_000, followPeriod: 20_000 },
  };
  readonly marks = new Map<string, number>();
  /** Every Meeting that ever was, by uid, as it was written last. */
  readonly known = new Map<string, Meeting>();
  /** Told of every moment of every Meeting. */
  readonly watchers = new Set<(key: MeetingKey, moment: Moment) => void>();
  /** Meetings that a user stopped or deleted when they were over, by uid. */
  readonly stoppedLate = new Set<string>();
  /** Meetings that a user has deleted, by name. */
  readonly deleted = new Set<string>();
  /** When a resend was asked for, by name. */
  readonly resent = new Map<string, number>();
  readonly #safety: Safety;
  readonly #latencies: Chance;
  readonly #trace: string[] = [];
  /** Tasks that a sleeper launched: they are beside the law until they are collected as garbage. */
  readonly #unfenced = new Set<SimulatedTask>();
  #uids = 0;
  #isQuiet = false;
  #isZombie = false;
  violation: Violation | undefined;
  /** Grows with everything that may bring the world to rest. */
  changes = 0;

  constructor(options: WorldOptions) {
    const { seed, weather, limits, single, without, sabotage = {}, trace = false } = options;
    this.chance = new Chance(seed);
    this.weather = weather;
    this.limits = limits;
    this.sabotage = sabotage;
    this.policy = { ...SIMULATED_POLICY, ...sabotage.policy };
    this.isTracing = trace;
    this.#latencies = this.chance.of('latency');
    this.scheduler = new Scheduler(this.chance.of('ties'));
    this.faults = new Faults({ chance: this.chance, weather, single, ...(without === undefined ? {} : { without }) });
    this.bucket = new Bucket((uid, what) => this.#safety.shrunk(uid, what));
    const lags = this.chance.of('index lag');
    this.table = new Table(
      this.scheduler,
      () => (weather.indexLag < 1 || this.faults.isHealed ? 0 : lags.between(0, weather.indexLag)),
      (before, after, by) => this.#onWritten(before, after, by),
      () => this.mark('conditional write lost'),
    );
    this.receiver = new Receiver({ faults: this.faults, refusal: weather.refusal });
    this.ecs = new Ecs({
      ...{ scheduler: this.scheduler, chance: this.chance, weather, faults: this.faults, bucket: this.bucket },
      api: {
        read: (caller) => this.processes.request(caller, (meetings) => meetings.getOwn(...this.#claims(caller))),
        report: (caller, report) =>
          this.processes.request(caller, (meetings) => meetings.report(...this.#claims(caller), report)),
      },
      onLaunched: (task) => {
        this.changes++;
        this.trace('ecs', `launched ${task.taskArn}`);
        if (this.#isZombie) this.#unfenced.add(task);
        else this.#safety.launched(task);
        this.#tell(task.key, 'TaskStarted');
      },
      onChanged: (task) => {
        this.changes++;
        this.trace('ecs', `${task.taskArn} ${task.state} ${task.stopCode ?? ''} ${task.exitCode ?? ''}`);
      },
      mark: (what) => this.mark(what),
    });
    this.#safety = new Safety({
      time: () => this.scheduler.time,
      bucket: this.bucket,
      tasksOf: (uid) => this.ecs.of(uid).filter((task) => !this.#unfenced.has(task)),
      live: () => this.ecs.live.filter((task) => !this.#unfenced.has(task)),
      meetingOf: ({ key, uid }) => this.#own(key, uid),
      onViolated: (invariant, what) => this.violate(invariant, what),
    });
    this.processes = new Processes(this);
  }

  /** Starts the controllers; what befalls them does so within `stormMs` milliseconds. */
  start(stormMs: number): void {
    if (this.faults.happens('a ghost', this.weather.ghost)) this.#haunt();
    this.processes.start(stormMs);
  }

  /** Nothing goes wrong any more; dead controllers are started again. */
  heal(): void {
    this.faults.heal();
    this.trace('world', 'heals');
    this.processes.startAll();
  }

  /** Calls take no time from now on: what is left is to look whether anything is still done. */
  quieten(): void {
    this.#isQuiet = true;
  }

  latency(): number {
    if (this.#isQuiet) return 0;
    return this.faults.isHealed ? 5 : this.#latencies.next() * this.weather.latency;
  }

  /** A notice from the API to the loop of the same process. */
  notify(life: Life, deliver: () => void): void {
    const { weather, faults, chance } = this;
    if (faults.happens('notice lost', weather.noticeLost)) return;
    const late = faults.happens('notice late', weather.noticeLate)
      ? chance.of(`late ${this.changes}`).between(0, 20_000)
      : 0;
    if (late > 0) life.after(late, deliver);
    else deliver();
    if (faults.happens('notice doubled', weather.noticeDoubled)) life.after(late + 1_000, deliver);
  }

  /** A pause at the worst of moments. */
  sleep(life: Life): Promise<void> {
    life.pause(this.chance.of(`sleep ${life.name} ${this.changes}`).between(5_000, 200_000));
    return life.wait(0);
  }

  /** Does something a while later, whatever became of who wanted it. */
  late(act: () => Promise<void>): void {
    this.scheduler.after(this.chance.of(`late effect ${this.changes}`).between(500, 30_000), () => {
      act().catch(() => this.mark('late effect refused'));
    });
  }

  /** Notes a launch that no condition can hold back: of an attempt that another leader has ended meanwhile. */
  beforeLaunch({ environment }: LaunchRequest, life: Life): void {
    const key = { namespace: environment['MEETING_NAMESPACE'] ?? '', name: environment['MEETING_NAME'] ?? '' };
    const meeting = this.#own(key, environment['MEETING_UID'] ?? '');
    const open = meeting === undefined ? undefined : openAttempt(meeting);
    const slept = life.pausedUntil > 0 && this.scheduler.time - life.pausedUntil < 2 * this.weather.latency + 100;
    this.#isZombie = slept && String(open?.number) !== environment['MEETING_ATTEMPT'];
    if (this.#isZombie) this.mark('launch by a leader that had slept');
  }

  beforeStop(taskArn: string): void {
    const task = this.ecs.tasks.get(taskArn);
    if (task !== undefined) this.#safety.stopped(task);
  }

  beforeSend(id: string, body: WebhookBody): void {
    const { uid, ...key } = body.meeting;
    this.#safety.sent(id, body, this.#own(key, uid));
    if (this.receiver.of(uid).length > 0) this.mark('webhook tried again');
  }

  nextUid(): string {
    return `uid-${this.#uids++}`;
  }

  mark(what: string): void {
    this.marks.set(what, (this.marks.get(what) ?? 0) + 1);
  }

  trace(who: string, what: string): void {
    if (!this.isTracing) return;
    this.#trace.push(`${(this.scheduler.time / 1000).toFixed(3).padStart(10)} ${who}: ${what}`);
    if (this.#trace.length > TRACE_LINES) this.#trace.shift();
  }

  get lines(): readonly string[] {
    return this.#trace;
  }

  violate(invariant: string, what: string): void {
    this.violation ??= { invariant, what, at: this.scheduler.time };
    this.scheduler.stop();
  }

  /** Errors that the weather does not make are the reconciler's own. */
  onError(error: unknown, message: string): void {
    const codes = ['Throttled', 'Unavailable', 'Conflict'];
    if (error instanceof ControllerError && codes.includes(error.code)) return;
    this.violate(
      'no unexpected error',
      `${message}: ${error instanceof Error ? (error.stack ?? error.message) : error}`,
    );
  }

  /** A task of a Meeting that nobody knows any more, and that does not go by itself. */
  #haunt(): void {
    this.#isZombie = true;
    this.ecs.launch({
      ...{ taskDefinition: 'arn:aws:ecs:simulated:0:task-definition/recorder:0', clientToken: 'ghost', tags: {} },
      startedBy: startedBy(INSTALLATION, 'uid-ghost', 1),
      environment: {
        ...{ MEETING_NAMESPACE: 'red', MEETING_NAME: 'ghost', MEETING_UID: 'uid-ghost' },
        ...{ MEETING_ATTEMPT: '1', MEETING_MODE: 'ghost' },
      },
    });
    this.#isZombie = false;
  }

  #own(key: { namespace: string; name: string }, uid: string): Meeting | undefined {
    const meeting = this.table.peek(key);
    return meeting?.metadata.uid === uid ? meeting : undefined;
  }

  #claims(caller: Life): [Meeting['metadata'], { namespace: string; name: string; uid: string; attempt: number }] {
    const task = [...this.ecs.tasks.values()].find(({ recorder }) => recorder.life === caller);
    if (task === undefined) throw new Error(`${caller.name} is no recorder`);
    const { key, uid, attempt } = task;
    return [key as Meeting['metadata'], { ...key, uid, attempt }];
  }

  #onWritten(before: Meeting | undefined, after: Meeting | undefined, by: string): void {
    this.changes++;
    if (this.isTracing) this.trace(by, `wrote ${describe(before, after)}`);
    if (after !== undefined && before !== undefined) this.#note(before, after);
    this.#safety.written(before, after);
    if (after === undefined) return;
    this.known.set(after.metadata.uid, after);
    this.#tell(after.metadata, after.status.phase);
  }

  #tell(key: MeetingKey, moment: Moment): void {
    for (const watcher of [...this.watchers]) watcher(key, moment);
  }

  #note(before: Meeting, after: Meeting): void {
    if (after.status.queuePosition !== undefined) this.mark('queue wait');
    if (openAttempt(after)?.identity !== undefined) this.mark('signed in');
    const isOver = before.status.reason !== undefined;
    if (isOver && !isStopping(before) && isStopping(after)) this.stoppedLate.add(after.metadata.uid);
    const was = openAttempt(before);
    const is = openAttempt(after);
    if (is?.mode === 'salvage' && was === undefined) this.mark('salvage');
    if (was === undefined && is !== undefined && is.number > 1) this.mark('another attempt');
    const isRemembered = was?.taskArn === undefined && is?.taskArn !== undefined;
    if (isRemembered && isStopping(after)) this.mark('a task is remembered that nobody wants any more');
  }
}
