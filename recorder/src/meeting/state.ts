import type { EndReason, RefusalReason } from '@meetingbot/crds-schema';
import type { PageView } from '../platforms/index.ts';

/** Something that was seen, or happened. */
export type Observation =
  /** Only time has passed, or the page could not be looked at just now. */
  | { readonly kind: 'tick' }
  | { readonly kind: 'page'; readonly view: PageView }
  /** All steps of joining are done. */
  | { readonly kind: 'entered' }
  /** Joining cannot go on. `timedOut`: what was waited for did not come. */
  | {
      readonly kind: 'joinFailed';
      readonly reason: RefusalReason | 'JoinFailed' | 'UnknownPage';
      readonly message: string;
      readonly timedOut: boolean;
    }
  /** Page, browser, display or sound are gone or do not answer. */
  | { readonly kind: 'lost'; readonly what: string }
  /** The encoder ended by itself. */
  | { readonly kind: 'takeLost'; readonly what: string }
  /** The encoder did not start: display or sound do not answer it. */
  | { readonly kind: 'takeFailed'; readonly what: string }
  /** How long nothing was heard; undefined where that is not known. */
  | { readonly kind: 'sound'; readonly silentMs: number | undefined }
  /** `spec.stop`, or the Meeting is deleted. */
  | { readonly kind: 'stop'; readonly message: string }
  /** SIGTERM, or another recorder has our place. */
  | { readonly kind: 'terminate'; readonly message: string }
  /** Ours to blame and not to be mended here. */
  | { readonly kind: 'failed'; readonly reason: EndReason; readonly message: string };

/** Something to be done, in order. */
export type Action =
  /** Start the encoder: what shows may be the call, and its first seconds are wanted if it is. */
  | { readonly do: 'prepare' }
  /** End what was prepared and keep nothing of it: it was not the call. */
  | { readonly do: 'discard' }
  /** Begin a take, with what was prepared where something was. */
  | { readonly do: 'record' }
  /** End the take: what comes now is no meeting. */
  | { readonly do: 'pause'; readonly why: string }
  /** A new browser, and all steps of joining again, after `delayMs`. `answers`: the page can still tell what it shows. */
  | { readonly do: 'rejoin'; readonly why: string; readonly answers: boolean; readonly delayMs: number }
  /** It is over: leave and finish. */
  | { readonly do: 'end'; readonly end: MeetingEnd };

export interface MeetingEnd {
  readonly reason: EndReason;
  /** For people. */
  readonly message: string;
  /** What the host can do about it, where the page told more than the reason does. */
  readonly advice?: string;
}

/** The same thing seen in every look since `since`. */
export interface Sighting {
  readonly state: PageView['state'];
  readonly since: number;
}

/** All that the rules need to know. Times are monotonic milliseconds. */
export interface MeetingState {
  readonly phase: 'joining' | 'lobby' | 'inCall' | 'over';
  /** When joining began; the time in the lobby counts from here. */
  readonly joiningSince: number;
  /** All steps of joining are done. */
  readonly entered: boolean;
  /** When a lobby was first seen; undefined: not yet. */
  readonly lobbySince: number | undefined;
  /**
   * Since when the page says that nobody has begun the meeting, or that there is none; undefined: it says otherwise. While it
   * is loaded anew it says nothing.
   */
  readonly earlySince: number | undefined;
  /** Since when every look shows a page that nobody knows; undefined: the last one did not. */
  readonly unknownSince: number | undefined;
  readonly sighting: Sighting | undefined;
  /** What the page showed at the last look. */
  readonly evidence: string;
  /** When we were first let in, as the first sighting of the call that was proved tells; undefined: not yet. */
  readonly joinedAt: number | undefined;
  /** When the first recorder of this Meeting was let in, which may be an earlier one. */
  readonly firstJoinedAt: number | undefined;
  /** Since when we are in without a break. */
  readonly inCallSince: number | undefined;
  /** An encoder runs, or is about to, for a call that is not proved yet. */
  readonly prepared: boolean;
  /** A take runs or is about to. */
  readonly recording: boolean;
  readonly participants: number | undefined;
  /** The last look at the call showed nobody but us. */
  readonly onlyUs: boolean;
  /** How many looks in a row showed somebody else; the second one arms the rule of being alone. */
  readonly othersStreak: number;
  readonly othersSeen: boolean;
  /** How long we have been seen to be alone, and the last look that counted. */
  readonly aloneMs: number;
  readonly aloneLookAt: number | undefined;
  readonly silentMs: number | undefined;
  /** Who else is shown speaking, and since when in every look at the call. */
  readonly speakers: ReadonlyMap<string, number>;
  /** When the page last showed somebody else speaking. */
  readonly spokenAt: number | undefined;
  readonly rejoins: number;
  readonly takes: number;
  readonly end: MeetingEnd | undefined;
}

/** What an earlier recorder of a Meeting has seen of it. */
export interface SeenBefore {
  /** When it was let in, on the clock of the one that goes on; monotonic, in milliseconds. */
  readonly joinedAt: number;
  /** Somebody else was there when it last looked. */
  readonly others: boolean;
}

/**
 * @param now - when joining begins, monotonic
 * @param before - what an earlier recorder of this Meeting has seen; absent: there was none, or it was not let in
 */
export function initialState(now: number, before?: SeenBefore): MeetingState {
  return {
    phase: 'joining',
    joiningSince: now,
    entered: false,
    lobbySince: undefined,
    earlySince: undefined,
    unknownSince: undefined,
    sighting: undefined,
    evidence: 'nothing yet',
    joinedAt: undefined,
    inCallSince: undefined,
    firstJoinedAt: before?.joinedAt,
    prepared: false,
    recording: false,
    participants: undefined,
    onlyUs: false,
    othersStreak: 0,
    othersSeen: before?.others ?? false,
    aloneMs: 0,
    aloneLookAt: undefined,
    silentMs: undefined,
    speakers: new Map(),
    spokenAt: undefined,
    rejoins: 0,
    takes: 0,
    end: undefined,
  };
}
