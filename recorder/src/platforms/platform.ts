import type { Clock, Logger, Platform as PlatformName, RefusalReason } from '@meetingbot/crds-schema';
import type { Page } from 'puppeteer';
import type { EgressFailure } from '../browser/index.ts';
import type { ShownPerson } from './snapshot.ts';

/** What a page shows at one moment, and by what it was told. */
export type PageView =
  | {
      /** `unknown`: none of the states we know; a page that loads, changes or is not of the meeting. */
      readonly state: 'lobby' | 'inCall' | 'ended' | 'removed' | 'unknown';
      /** What was seen, for logs and evidence: selectors and our own words, never the page's text. */
      readonly evidence: string;
      /** People in the call, ourselves included; undefined where the page does not say. Never a guess. */
      readonly participants?: number;
      /** Those of them that the page shows by name. */
      readonly people?: readonly ShownPerson[];
      /** With `inCall`: all that proves it is drawn in one part of the page, which a lobby may draw, too. */
      readonly oneSided?: true;
      /** With `lobby`: nobody has begun the meeting, or there is none; the page does not tell. */
      readonly isEarly?: true;
      /** With `ended`: where waiting in the lobby ends, and not a word of why. */
      readonly wordless?: true;
      /** With `unknown`: the page has lost the call, or its document has given way to another one. */
      readonly elsewhere?: true;
      /** A page that is known, and leads on: no page that nobody knows. */
      readonly onTheWay?: true;
    }
  | {
      readonly state: 'refused';
      readonly reason: RefusalReason;
      readonly evidence: string;
      /** What the host can do about it; absent: what holds for the platform. */
      readonly advice?: string;
    };

/** One visit to a meeting's page: from a blank page of a fresh browser until we are out again. */
export interface Visit {
  readonly page: Page;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Aborted when the visit is over. */
  readonly signal: AbortSignal;
  /** Monotonic time by which we have to be in. */
  readonly deadline: number;
  /** Why a host could not be reached the last time. */
  egressFailureOf(host: string): EgressFailure | undefined;
}

/**
 * What one meeting's platform looks like. All calls to the page have a time limit; they throw BrowserError `PageHung` or
 * `PageGone` where the page does not answer or is gone.
 */
export interface Platform {
  readonly name: PlatformName;
  /** How far apart two sightings of the call have to be to count as being in it, in milliseconds. */
  readonly confirmMs: number;
  /** The same while nobody else is shown, or all proofs are one-sided. Absent: no difference. */
  readonly confirmAloneMs?: number;
  /** The same for the end, a removal, a refusal and a lobby while in the call. Absent: the driver's own. */
  readonly endConfirmMs?: number;
  /**
   * From a blank page to the call's door: opens the meeting and does all that a guest does. It may go on while the lobby
   * is shown already.
   * @throws JoinError
   */
  enter(visit: Visit): Promise<void>;
  /**
   * Looks at the page once.
   * @throws JoinError where what was asked cannot be looked for
   */
  observe(visit: Visit): Promise<PageView>;
  /** Leaves as a guest does, so that the others see us go. At most a few seconds. */
  leave(visit: Visit): Promise<void>;
  /** The page has taken us for somebody without an account. */
  isGuest?(visit: Visit): boolean;
  /** Questions of the page that were answered by rule, by their names, in all visits. */
  answered?(): ReadonlyMap<string, number>;
  /** What the last look at a page saw and took it for, to be kept as evidence. Texts of the page are in it. */
  notes?(visit: Visit): object;
}

/** We cannot get in, and why. The message is for people. */
export class JoinError extends Error {
  override readonly name = 'JoinError';
  readonly reason: RefusalReason | 'JoinFailed' | 'UnknownPage';
  /** What was waited for did not come in time: in a lobby that is the lobby's doing. */
  readonly timedOut: boolean;

  constructor(
    reason: JoinError['reason'],
    message: string,
    options: { readonly timedOut?: boolean; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.reason = reason;
    this.timedOut = options.timedOut ?? false;
  }
}
