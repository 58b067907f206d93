import { isTerminal, type Meeting, RESEND_ANNOTATION, TASK_FINALIZER, type WebhookBody } from '@meetingbot/crds-schema';
import { isStopping, lastAttempt } from '../reconcile/attempts.ts';
import { retryClass } from '../reconcile/retry.ts';
import type { Bucket } from './bucket.ts';
import { isLive, type SimulatedTask, toldBy } from './ecs.ts';

/** Longer than this a recorder that wants to leave, or that never began, counts as ill. Milliseconds. */
const PATIENCE = 240_000;

export interface SafetyOptions {
  /** Milliseconds since the start. */
  time: () => number;
  bucket: Bucket;
  tasksOf: (uid: string) => SimulatedTask[];
  /** All that are alive, whosever they are. */
  live: () => SimulatedTask[];
  meetingOf: (task: SimulatedTask) => Meeting | undefined;
  onViolated: (invariant: string, what: string) => void;
}

/** What must hold at every moment, looked at after each effect on the world. */
export class Safety {
  readonly #options: SafetyOptions;
  readonly #webhookIds = new Map<string, string>();

  constructor(options: SafetyOptions) {
    this.#options = options;
  }

  launched(task: SimulatedTask): void {
    const { tasksOf, meetingOf } = this.#options;
    const all = tasksOf(task.uid);
    const others = all.filter((other) => other !== task && isLive(other));
    this.#hold(others.length === 0, 'one recorder', () => `${task.taskArn} beside ${others[0]?.taskArn}`);
    this.#signedInOnce(task);
    const meeting = meetingOf(task);
    this.#hold(holds(meeting), 'finalizer', () => `${task.taskArn} was launched without one`);
    const record = (each: SimulatedTask) => each.request.environment['MEETING_MODE'] === 'record';
    if (!record(task) || meeting === undefined) return;
    const earlier = all.filter((other) => other !== task && record(other));
    this.#hold(earlier.length < meeting.spec.maxAttempts, 'attempts', () => `${earlier.length + 1} were started`);
    const told = earlier.map((other) => toldBy(other, meeting));
    const final = told.find((reason) => reason !== undefined && retryClass(reason) === 'final');
    this.#hold(final === undefined, 'no second no', () => `launched after ${final}`);
  }

  written(before: Meeting | undefined, after: Meeting | undefined): void {
    const meeting = after ?? before;
    if (meeting === undefined) return;
    const live = this.#options.tasksOf(meeting.metadata.uid).filter(isLive);
    this.#hold(live.length === 0 || holds(after), 'finalizer', () => `${live[0]?.taskArn} lives without one`);
    if (before === undefined || after === undefined) return;
    const grows =
      Number(after.metadata.resourceVersion) > Number(before.metadata.resourceVersion) &&
      after.metadata.generation >= before.metadata.generation &&
      after.metadata.uid === before.metadata.uid;
    this.#hold(grows, 'versions', () => `${before.metadata.resourceVersion} → ${after.metadata.resourceVersion}`);
    this.#terminal(before, after);
    this.#attempts(before, after);
  }

  stopped(task: SimulatedTask): void {
    const meeting = this.#options.meetingOf(task);
    const newest = meeting === undefined ? undefined : lastAttempt(meeting);
    const isWanted =
      meeting !== undefined && !isStopping(meeting) && newest !== undefined && newest.number <= task.attempt;
    const healthy = isWanted && isLive(task) && task.stopAskedAt === undefined && this.#isHealthy(task, meeting);
    this.#hold(!healthy, 'no healthy recorder is stopped', () => task.taskArn);
  }

  sent(id: string, body: WebhookBody, meeting: Meeting | undefined): void {
    const { uid } = body.meeting;
    const first = this.#webhookIds.get(uid) ?? id;
    this.#webhookIds.set(uid, first);
    this.#hold(first === id, 'one webhook id', () => `${id} after ${first}`);
    this.#hold(body.recordingId === uid, 'one webhook id', () => `recordingId ${body.recordingId}`);
    if (body.status !== 'completed') return;
    const size = meeting?.status.recording?.sizeBytes ?? -1;
    const { bucket } = this.#options;
    // A leader that slept between its look and the call may find the recording deleted, as the user wants it.
    if (meeting === undefined || (meeting.metadata.deletionTimestamp !== undefined && bucket.isEmpty(uid))) return;
    this.#hold(bucket.isWhole(uid, size), 'whole before webhook', () => `${size} bytes announced`);
  }

  shrunk(uid: string, what: string): void {
    this.#hold(false, 'nothing durable is lost', () => `${uid}: ${what}`);
  }

  #signedInOnce(task: SimulatedTask): void {
    const identityOf = ({ request }: SimulatedTask) => request.environment['MEETING_IDENTITY'];
    const identity = identityOf(task);
    if (identity === undefined) return;
    const other = this.#options.live().find((each) => each !== task && identityOf(each) === identity);
    const isOnly = other === undefined;
    this.#hold(isOnly, 'one recorder an identity', () => `${task.taskArn} beside ${other?.taskArn} as ${identity}`);
  }

  #terminal(before: Meeting, after: Meeting): void {
    if (!isTerminal(before.status.phase)) return;
    const resend = after.metadata.annotations?.[RESEND_ANNOTATION];
    const resends = after.status.phase === 'Notifying' && resend !== before.status.webhook?.resend;
    const stays = after.status.phase === before.status.phase || resends;
    const same = after.status.reason === before.status.reason && after.status.outcome === before.status.outcome;
    this.#hold(stays && same, 'terminal stays', () => `${before.status.phase} → ${after.status.phase}`);
  }

  #attempts(before: Meeting, after: Meeting): void {
    const was = lastAttempt(before);
    const is = lastAttempt(after);
    if (is === undefined || is.number === was?.number) return;
    this.#hold(
      was === undefined || is.number === was.number + 1,
      'attempt numbers',
      () => `${was?.number} → ${is.number}`,
    );
    if (is.mode !== 'record') return;
    this.#hold(!isStopping(before), 'stop wins', () => `attempt ${is.number} begins after it`);
    // An upload that failed is none of the meeting's business: it may be over.
    const { attempt, result } = before.status.recorder ?? {};
    const reason = (attempt === was?.number ? result?.endedWith : undefined) ?? was?.reason;
    const final = reason !== undefined && retryClass(reason as Parameters<typeof retryClass>[0]) === 'final';
    this.#hold(!final, 'no second no', () => `attempt ${is.number} begins after ${reason}`);
  }

  #isHealthy({ recorder, fate, state, createdAt }: SimulatedTask, meeting: Meeting): boolean {
    const { time } = this.#options;
    if (recorder.isHung || recorder.endingSince !== undefined) {
      return !recorder.isHung && time() - (recorder.endingSince ?? 0) < PATIENCE;
    }
    if (state === 'Starting') return fate.startMs !== undefined;
    const { lobbySeconds, noShowSeconds, maxSeconds } = meeting.spec.leave;
    return time() - createdAt < (lobbySeconds + noShowSeconds + maxSeconds) * 1000;
  }

  #hold(condition: boolean, invariant: string, what: () => string): void {
    if (!condition) this.#options.onViolated(invariant, what());
  }
}

function holds(meeting: Meeting | undefined): boolean {
  return meeting?.metadata.finalizers?.includes(TASK_FINALIZER) === true;
}
