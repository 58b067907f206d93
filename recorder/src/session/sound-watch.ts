import type { Clock, Logger } from '@meetingbot/crds-schema';
import { isLost, judgeSound, type PageSound, type SoundVerdict } from './sound-verdict.ts';

/** The recording is silent for so long before the page is asked, and it is asked so often, in milliseconds. */
const SILENT_MS = 3000;
const LOOK_MS = 2000;
/** The recording's level is known a second or two late: so many looks in a row must say that sound is lost. */
const LOOKS = 2;
/** Silence that begins so long after the service went is its doing, in milliseconds. */
const SERVICE_MS = 5000;
/**
 * What is opened anew is opened once more after the first time (a page that had not yet noticed that its sound was gone kept
 * what it had), and must be heard within the second, or the meeting is joined again, in milliseconds.
 */
const AGAIN_MS = 4000;
const MENDED_MS = 8000;
/** Where nothing is left to try the page is asked ever more rarely, up to this, in milliseconds. */
const RARELY_MS = 30_000;
/** What was said just before a look is in the recording's level after so long at the latest, in milliseconds. */
const LEVEL_LAG_MS = 3000;

/** What is recorded and what plays it. */
export interface SoundPort {
  /** Level of the last second and since when nothing was heard; undefined: nothing is recorded now. */
  recorded(): { readonly isSilent: boolean; readonly silentMs: number } | undefined;
  /** Whether the process that played all of the page's sound has gone since this was asked last. */
  hasLostService(): boolean;
  /** Asks the page; undefined: it does not answer. */
  look(): Promise<PageSound | undefined>;
  /** Has the page open its sound anew. */
  reopen(): Promise<void>;
  /** Makes the whole sound path anew and joins again. */
  rejoin(why: string): void;
  /** Something that a report tells has changed. */
  onChange(): void;
}

export interface SoundWatchOptions {
  readonly port: SoundPort;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Answer {
  readonly sound: PageSound;
  /** When it came: monotonic clock and wall clock, milliseconds. */
  readonly at: number;
  readonly wall: number;
}

interface Loss {
  readonly from: number;
  readonly to: number;
}

type Repair =
  | { readonly kind: 'none' }
  | { readonly kind: 'reopened'; readonly at: number; readonly times: 1 | 2 }
  /** Tried all there is: what is lost is only measured until sound is heard again; a fault after that is the next one. */
  | { readonly kind: 'rejoined' };

/**
 * Notices that the page has sound and the recording has none, and has it mended: first within the page, so that nobody in the
 * meeting sees anything of it; where that does not help, once, by joining again; where that does not help either, it goes on
 * to book what is lost. Silence alone is no fault.
 */
export class SoundWatch {
  readonly #options: SoundWatchOptions;
  #before: Answer | undefined;
  #lostLooks = 0;
  #serviceLostAt = Number.NEGATIVE_INFINITY;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #pauseMs = LOOK_MS;
  #repair: Repair = { kind: 'none' };
  #lostSince: number | undefined;
  /** Lost unless the recording turns out to have it a moment later; `at`: known since, monotonic clock. */
  #unproved: (Loss & { readonly at: number }) | undefined;
  #pageRmsDb: number | undefined;
  #faults = 0;
  readonly #losses: Loss[] = [];

  constructor(options: SoundWatchOptions) {
    this.#options = options;
  }

  /** Times that sound was lost. */
  get faults(): number {
    return this.#faults;
  }

  /** Level in the page between the last two looks while the recording is silent, dBFS. */
  get pageRmsDb(): number | undefined {
    return this.#pageRmsDb;
  }

  /** Where the recording has a picture and its sound is missing: wall clock, milliseconds. */
  losses(): readonly Loss[] {
    const open = this.#lostSince === undefined ? [] : [{ from: this.#lostSince, to: this.#options.clock.now() }];
    return [...this.#losses, ...open];
  }

  /** Looks once; to be called about once a second. */
  async look(): Promise<void> {
    const { port, clock } = this.#options;
    const now = clock.monotonic();
    const recorded = port.recorded();
    if (port.hasLostService()) this.#serviceLostAt = now;
    if (recorded === undefined) return this.#quiet();
    if (!recorded.isSilent) {
      this.#repair = { kind: 'none' };
      return this.#quiet();
    }
    const sinceService = now - this.#serviceLostAt;
    if (this.#repair.kind === 'none' && sinceService <= SERVICE_MS) {
      return this.#mend('the process that plays its sound is gone', clock.now() - sinceService);
    }
    const repair = this.#repair;
    if (repair.kind === 'reopened' && repair.times === 1 && now - repair.at >= AGAIN_MS) {
      return this.#reopen({ ...repair, times: 2 });
    }
    this.#prove(now);
    if (recorded.silentMs < SILENT_MS || now - this.#lookedAt < this.#pauseMs || this.#unproved !== undefined) return;
    this.#lookedAt = now;
    const isSpent = this.#repair.kind === 'rejoined';
    if (isSpent) this.#pauseMs = Math.min(RARELY_MS, 2 * this.#pauseMs);
    const sound = await port.look();
    if (sound === undefined) return;
    const before = this.#before;
    const answer: Answer = { sound, at: clock.monotonic(), wall: clock.now() };
    this.#before = answer;
    if (before === undefined) return;
    const verdict = judgeSound(before.sound, sound);
    this.#pageRmsDb = verdict.kind === 'played' ? verdict.rmsDb : undefined;
    if (!isSpent) return this.#treat(verdict, sound);
    // A second that was heard in between, and passed unseen, leaves nothing to compare.
    const wasSilent = recorded.silentMs >= now - before.at;
    if (wasSilent && isLost(verdict)) this.#unproved = { from: before.wall, to: answer.wall, at: answer.at };
  }

  /** Finds out whether there is something to mend, and mends it. */
  async #treat(verdict: SoundVerdict, sound: PageSound): Promise<void> {
    const { clock } = this.#options;
    const repair = this.#repair;
    this.#lostLooks = isLost(verdict) ? this.#lostLooks + 1 : 0;
    if (repair.kind === 'reopened') {
      if (clock.monotonic() - repair.at < MENDED_MS) return;
      const mayMiss = this.#lostLooks >= LOOKS || (verdict.kind === 'unknown' && sound.players > 0);
      if (mayMiss) this.#startOver();
      return;
    }
    if (this.#lostLooks < LOOKS) return;
    const why = verdict.kind === 'stalled' ? 'nothing plays its sound any more' : 'what it plays is not heard';
    await this.#mend(why, clock.now() - LOOKS * LOOK_MS);
  }

  async #mend(why: string, since: number): Promise<void> {
    const { port, clock, logger } = this.#options;
    this.#faults += 1;
    this.#lostSince ??= since;
    const at = clock.monotonic();
    logger.error({ why, action: 'reopenSound', fault: this.#faults }, 'the recording is silent, the page is not');
    port.onChange();
    await this.#reopen({ kind: 'reopened', at, times: 1 });
  }

  /** What was seen before tells nothing of what is opened now. */
  #reopen(repair: Repair): Promise<void> {
    this.#before = undefined;
    this.#lostLooks = 0;
    this.#repair = repair;
    return this.#options.port.reopen();
  }

  #startOver(): void {
    const { port, logger } = this.#options;
    this.#before = undefined;
    this.#repair = { kind: 'rejoined' };
    logger.error({}, 'its sound does not come back: the sound path is made anew');
    this.#endLoss();
    port.rejoin('the page has sound and the recording has none');
  }

  /** Books what was lost between two looks, as one with what was lost right before. */
  #prove(now: number): void {
    if (this.#unproved === undefined || now - this.#unproved.at < LEVEL_LAG_MS) return;
    const { from, to } = this.#unproved;
    this.#unproved = undefined;
    const last = this.#losses.at(-1);
    if (last?.to === from) this.#losses.splice(-1, 1, { from: last.from, to });
    else this.#losses.push({ from, to });
  }

  #quiet(): void {
    this.#before = undefined;
    this.#unproved = undefined;
    this.#pauseMs = LOOK_MS;
    this.#lostLooks = 0;
    this.#pageRmsDb = undefined;
    this.#endLoss();
  }

  #endLoss(): void {
    if (this.#lostSince !== undefined) this.#losses.push({ from: this.#lostSince, to: this.#options.clock.now() });
    this.#lostSince = undefined;
  }
}
