import type { Clock, Logger } from '@meetingbot/crds-schema';
import { BrowserError, isMoved } from '../browser/index.ts';
import { JoinError, type Platform, type ShownPerson, type Visit } from '../platforms/index.ts';
import type { MeetingRules } from './rules.ts';
import {
  type Action,
  initialState,
  type MeetingEnd,
  type MeetingState,
  type Observation,
  type SeenBefore,
} from './state.ts';
import { step } from './step.ts';

/** How often the page is looked at, in milliseconds. */
const LOOK_MS = 500;
/** So many looks in a row without an answer (4 s each) make a page that hangs: in the call, and on the way to it. */
const HUNG_LOOKS = 2;
const HUNG_LOOKS_JOINING = 15;
/** Before a lost encoder is started again, in milliseconds; doubled for each time in a row. */
const RETAKE_MS = 250;

/** What the meeting needs done around it. None of these may take for ever. */
export interface MeetingEffects {
  /** Makes a blank page in a fresh browser; a former one, and what else is broken, ends. */
  arrive(deadline: number, signal: AbortSignal): Promise<Visit>;
  /** The present browser is given up: what becomes of it is no news any more. */
  abandon(): void;
  /** Starts the encoder for what may be the call; a failure is none yet. */
  prepare(): Promise<void>;
  /** Ends what was prepared, and keeps nothing of it. */
  discard(): Promise<void>;
  /** Begins a take, with what was prepared if that still runs. */
  record(why: 'joined' | 'rejoined' | 'encoderLost'): Promise<void>;
  /** Ends the take. */
  pause(): Promise<void>;
  /** How long nothing was heard, in milliseconds; undefined where that is not known. */
  silentMs(): number | undefined;
  /** Who the page showed in the call just now. */
  onPeople?(people: readonly ShownPerson[]): void;
  /** Something that is worth a report has changed. */
  onChange(state: MeetingState): void;
  /** We go in again though the page answers: it may tell why. Called before anything is torn down. */
  onFault(visit: Visit, what: string): Promise<void>;
}

export interface DriverOptions {
  readonly platform: Platform;
  readonly rules: MeetingRules;
  readonly effects: MeetingEffects;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Monotonic time before which the door is not knocked at. */
  readonly enterAt: number;
  /** What an earlier recorder has seen. */
  readonly before?: SeenBefore;
}

/** Drives one meeting: looks, asks {@link step} what follows, and has it done. Decides nothing itself. */
export class MeetingDriver {
  readonly #options: DriverOptions;
  readonly #over = Promise.withResolvers<MeetingEnd>();
  readonly #stop = new AbortController();
  #state: MeetingState;
  #rules: MeetingRules;
  #visit: Visit | undefined;
  #leaveVisit = new AbortController();
  #hungLooks = 0;
  #nextTake: 'joined' | 'rejoined' | 'encoderLost' = 'joined';
  /** Actions one after the other. */
  #work: Promise<void> = Promise.resolve();

  constructor(options: DriverOptions) {
    this.#options = options;
    this.#rules = options.rules;
    const begin = Math.max(options.clock.monotonic(), options.enterAt);
    this.#state = initialState(begin, options.before);
  }

  get state(): MeetingState {
    return this.#state;
  }

  /** The page that is open now. */
  get visit(): Visit | undefined {
    return this.#visit;
  }

  /** The rules from now on: what the user has changed meanwhile. */
  set rules(rules: MeetingRules) {
    this.#rules = rules;
  }

  /** Takes word of something that happened; from anybody, at any time. */
  observe(observation: Observation): void {
    const { clock, logger, effects } = this.#options;
    const before = this.#state;
    const { state, actions } = step(before, observation, clock.monotonic(), this.#rules);
    this.#state = state;
    if (state.phase !== before.phase)
      logger.info({ from: before.phase, to: state.phase, evidence: state.evidence }, 'phase');
    for (const action of actions) this.#act(action);
    if (state.phase !== before.phase || state.participants !== before.participants) effects.onChange(state);
  }

  /** Attends the meeting. Resolves when it is over for us; the page is still open then. Never rejects. */
  async attend(): Promise<MeetingEnd> {
    this.#queue(() => this.#arrive(0));
    const looking = this.#lookOn();
    const end = await this.#over.promise;
    this.#stop.abort();
    await looking;
    await this.#work;
    this.#leaveVisit.abort();
    return end;
  }

  async #lookOn(): Promise<void> {
    const { clock, effects } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const visit = this.#visit;
      if (visit !== undefined) await this.#look(visit);
      this.observe(visit === undefined ? { kind: 'tick' } : { kind: 'sound', silentMs: effects.silentMs() });
      await clock.sleep(LOOK_MS, signal).catch(() => undefined);
    }
  }

  async #look(visit: Visit): Promise<void> {
    try {
      const view = await this.#options.platform.observe(visit);
      this.#hungLooks = 0;
      if (this.#visit !== visit) return;
      this.observe({ kind: 'page', view });
      const isIn = this.#state.phase === 'inCall' && view.state === 'inCall';
      if (isIn && view.people !== undefined) this.#options.effects.onPeople?.(view.people);
    } catch (error) {
      if (this.#visit === visit) this.#trouble(error);
    }
  }

  /** Sorts what a call to the page threw. */
  #trouble(error: unknown): void {
    if (isMoved(error)) return;
    if (error instanceof JoinError) {
      const { reason, message, timedOut } = error;
      this.observe({ kind: 'joinFailed', reason, message, timedOut });
    } else if (error instanceof BrowserError && error.code === 'PageGone') {
      this.observe({ kind: 'lost', what: error.message });
    } else if (error instanceof BrowserError && error.code === 'PageHung') {
      this.#hungLooks += 1;
      const limit = this.#state.phase === 'inCall' ? HUNG_LOOKS : HUNG_LOOKS_JOINING;
      if (this.#hungLooks >= limit) this.observe({ kind: 'lost', what: error.message });
    } else {
      this.#options.logger.warn({ error: String(error) }, 'the page could not be read');
    }
  }

  #act(action: Action): void {
    const { effects, logger } = this.#options;
    logger.info({ action: action.do, ...('why' in action ? { why: action.why } : {}) }, 'action');
    switch (action.do) {
      case 'prepare':
        // A page that goes to and fro must not be followed in all it did.
        this.#queue(async () => {
          if (this.#state.prepared) await effects.prepare();
        });
        break;
      case 'discard':
        this.#queue(() => effects.discard());
        break;
      case 'record':
        this.#queue(() => this.#record());
        break;
      case 'pause':
        this.#queue(() => effects.pause());
        this.#nextTake = 'rejoined';
        break;
      case 'rejoin': {
        const visit = this.#visit;
        this.#endVisit();
        effects.abandon();
        this.#queue(async () => {
          if (visit !== undefined && action.answers) await effects.onFault(visit, action.why);
          await this.#arrive(action.delayMs);
        });
        break;
      }
      case 'end':
        this.#over.resolve(action.end);
        break;
    }
  }

  /** Does `work` after all that was asked for before; nothing new begins once it is over. */
  #queue(work: () => Promise<void>): void {
    this.#work = this.#work.then(async () => {
      if (this.#state.phase === 'over') return;
      await work().catch((error: unknown) => {
        this.#options.logger.error({ error: String(error) }, 'an action failed');
      });
    });
  }

  async #record(): Promise<void> {
    const { clock, effects } = this.#options;
    const why = this.#nextTake;
    try {
      // What made the last one die may not be over yet.
      if (why === 'encoderLost') await clock.sleep(RETAKE_MS * 2 ** (this.#state.takes - 1), this.#stop.signal);
      // Lost together with what it recorded from, as with a display: the next take is that of going in again.
      if (!this.#state.recording) return;
      this.#nextTake = 'encoderLost';
      await effects.record(why);
    } catch (error) {
      if (!this.#stop.signal.aborted) this.observe({ kind: 'takeFailed', what: messageOf(error) });
    }
  }

  async #arrive(delayMs: number): Promise<void> {
    const { clock, effects, enterAt, platform } = this.#options;
    const { signal } = this.#stop;
    const leave = new AbortController();
    try {
      await clock.sleep(delayMs, signal);
      const deadline = this.#state.joiningSince + this.#rules.lobbyMs;
      this.#leaveVisit = leave;
      const visit = await effects.arrive(deadline, AbortSignal.any([signal, leave.signal]));
      await clock.sleep(Math.max(0, enterAt - clock.monotonic()), visit.signal);
      this.#hungLooks = 0;
      this.#visit = visit;
      this.#enter(visit, platform.enter(visit));
    } catch (error) {
      // Given up on the way: then another arrival is asked for already.
      if (signal.aborted || leave.signal.aborted) return;
      if (error instanceof BrowserError && (error.code === 'ChromiumMissing' || error.code === 'BadArguments')) {
        this.observe({ kind: 'failed', reason: 'InternalError', message: error.message });
      } else {
        this.observe({ kind: 'lost', what: messageOf(error) });
      }
    }
  }

  #enter(visit: Visit, entering: Promise<void>): void {
    entering.then(
      () => {
        if (this.#visit === visit) this.observe({ kind: 'entered' });
      },
      (error: unknown) => {
        if (this.#visit !== visit || visit.signal.aborted) return;
        // Looks go on and find out by themselves whether the page hangs, but these steps are lost either way.
        if (error instanceof BrowserError) this.observe({ kind: 'lost', what: error.message });
        else if (error instanceof JoinError) this.#trouble(error);
        else this.observe({ kind: 'joinFailed', reason: 'JoinFailed', message: messageOf(error), timedOut: false });
      },
    );
  }

  #endVisit(): void {
    this.#visit = undefined;
    this.#leaveVisit.abort();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
