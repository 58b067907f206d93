import type { Clock, Logger, Meeting, RecorderReport } from '@meetingbot/crds-schema';
import { type Answer, backoffMs, type ControllerApi } from './controller-api.ts';

/** What the API wants of us. `superseded`: another recorder has our place, nothing more is to be written. */
export type Order =
  | { readonly kind: 'stop'; readonly message: string }
  | { readonly kind: 'superseded'; readonly message: string };

/** All of a report but what the reporter adds. */
export type ReportContent = Omit<RecorderReport, 'attempt' | 'sequence' | 'at'>;

/** So many answers of one kind in a row are believed. */
const BELIEVED_AFTER = 2;
/** News come at least so far apart, in milliseconds, also while the API is away. */
const MIN_SPACING_MS = 250;

export interface ReporterOptions {
  readonly api: ControllerApi;
  readonly attempt: number;
  readonly heartbeatMs: number;
  /** What is so right now. */
  readonly content: () => ReportContent;
  /** Called with the Meeting as each answer shows it. */
  readonly onMeeting?: (meeting: Meeting) => void;
  /** Called once for each kind of order. */
  readonly onOrder: (order: Order) => void;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
}

/**
 * Tells the API how we are: at once when {@link Reporter.news} says so, and as a heartbeat. One report is on its way at a
 * time and it says what is so when it leaves, so that older news never pile up. Recording never waits for it.
 */
export class Reporter {
  readonly #options: ReporterOptions;
  readonly #stopped = new AbortController();
  readonly #ordered = new Set<Order['kind']>();
  #wake: () => void = () => undefined;
  #isNews = true;
  #sequence = 0;
  #streak: { kind: Answer['kind']; count: number } = { kind: 'away', count: 0 };
  #running: Promise<void> | undefined;

  constructor(options: ReporterOptions) {
    this.#options = options;
  }

  /** Begins to report. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Something has changed that is worth telling at once. */
  news(): void {
    this.#isNews = true;
    this.#wake();
  }

  /** Sends the last report, for at most `withinMs` milliseconds; true when the API has taken it. None comes after it. */
  async finish(withinMs: number): Promise<boolean> {
    const { clock, random } = this.#options;
    this.#stop();
    await this.#running;
    const deadline = clock.monotonic() + withinMs;
    for (let tries = 1; ; tries++) {
      const answer = await this.#send();
      if (answer.kind !== 'away') return answer.kind === 'meeting';
      const wait = backoffMs(tries, random());
      if (clock.monotonic() + wait > deadline) return false;
      await clock.sleep(wait);
    }
  }

  /** Ends without a last word. */
  async close(): Promise<void> {
    this.#stop();
    await this.#running;
  }

  #stop(): void {
    this.#stopped.abort();
    this.#wake();
  }

  async #run(): Promise<void> {
    const { heartbeatMs, random } = this.#options;
    for (let failures = 0; !this.#stopped.signal.aborted; ) {
      this.#isNews = false;
      const answer = await this.#send();
      failures = answer.kind === 'away' ? failures + 1 : 0;
      await this.#rest(failures === 0 ? heartbeatMs : backoffMs(failures, random()));
    }
  }

  /** Waits for news or until `ms` have passed. */
  async #rest(ms: number): Promise<void> {
    const { clock } = this.#options;
    const awake = new AbortController();
    const signal = AbortSignal.any([awake.signal, this.#stopped.signal]);
    this.#wake = () => awake.abort();
    const quiet = () => undefined;
    await clock.sleep(Math.min(ms, MIN_SPACING_MS), this.#stopped.signal).catch(quiet);
    if (!this.#isNews && ms > MIN_SPACING_MS) await clock.sleep(ms - MIN_SPACING_MS, signal).catch(quiet);
  }

  async #send(): Promise<Answer> {
    const { api, attempt, clock, content } = this.#options;
    const at = new Date(clock.now()).toISOString();
    const answer = await api.report({ attempt, sequence: ++this.#sequence, at, ...content() });
    this.#hear(answer);
    return answer;
  }

  #hear(answer: Answer): void {
    const count = answer.kind === this.#streak.kind ? this.#streak.count + 1 : 1;
    this.#streak = { kind: answer.kind, count };
    switch (answer.kind) {
      case 'meeting': {
        this.#options.onMeeting?.(answer.meeting);
        const why = stopOf(answer.meeting);
        if (why !== undefined) this.#order({ kind: 'stop', message: why });
        break;
      }
      case 'gone':
        if (count >= BELIEVED_AFTER) this.#order({ kind: 'stop', message: 'the Meeting is gone' });
        else this.news();
        break;
      case 'superseded':
        if (count >= BELIEVED_AFTER) this.#order({ kind: 'superseded', message: answer.message });
        else this.news();
        break;
      case 'away':
        if (count === 1) this.#options.logger.warn({ why: answer.message }, 'the API does not take our report');
        break;
    }
  }

  #order(order: Order): void {
    if (this.#ordered.has(order.kind)) return;
    this.#ordered.add(order.kind);
    this.#options.onOrder(order);
  }
}

/** Why a Meeting is to be left, by its own record; undefined where it is not. */
export function stopOf({ spec, metadata }: Meeting): string | undefined {
  if (metadata.deletionTimestamp !== undefined) return 'the Meeting is being deleted';
  return spec.stop === true ? 'spec.stop is true' : undefined;
}
