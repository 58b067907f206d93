import type { MeetingSpec, Outcome, Phase, Reason } from '@meetingbot/crds-schema';
import type { Entry, SitePlatform } from '../fake-meeting.ts';
import type { Act, Script } from '../script.ts';

/** Something that is done from outside the page. */
export type OutsideAct =
  /** spec.stop */
  | 'stop'
  /** SIGKILL to the page's renderer. */
  | 'crash';

export interface Cue {
  readonly do: Act | OutsideAct;
  /** What it comes after. `recording`: the meeting is recorded; `again`: it is so after a break; `lobby`: we wait. */
  readonly once: 'recording' | 'again' | 'lobby';
  /** And so many seconds later. */
  readonly seconds: number;
}

/** The moment at which a recording should end. */
export type RightEnd =
  /** The page drew an end. */
  | { readonly at: Entry['what']; readonly plus: number }
  | { readonly act: Cue['do']; readonly plus: number }
  /** Counted from being let in. */
  | { readonly joined: number };

/** A meeting that is recorded, and what must come of it. */
export interface Scenario {
  readonly platform: SitePlatform;
  /** A sentence: what the site and the people in the meeting do. */
  readonly name: string;
  readonly visits: readonly Partial<Script>[];
  /** How its address looks, of the site's other forms; absent: as usual. */
  readonly form?: string;
  /** Through the whole stack: API, controller, ECS endpoint, S3. Without it a session alone does. */
  readonly onStack?: true;
  readonly spec?: Pick<MeetingSpec, 'leave' | 'passcode' | 'displayName'>;
  readonly cues?: readonly Cue[];
  readonly phase: Extract<Phase, 'Completed' | 'Failed' | 'Cancelled'>;
  readonly reason: Reason;
  readonly outcome: Outcome;
  /** Where there is a recording: when it should end, and how many takes it has. */
  readonly ends?: RightEnd;
  readonly takes?: number;
  /** We are the ones who go: the page hears a click on its button. */
  readonly weLeave?: boolean;
  /** Questions that are answered by rule, by the names that the description of the platform has for them; absent: none. */
  readonly dialogs?: Readonly<Record<string, number>>;
  /** Of a refusal: words of what the host is told to do about it. */
  readonly advice?: string;
}

/** Counted from when the call is proved, which has been captured for three seconds by then. */
const SOON = 2;
/** The host ends it a while after it is recorded. */
export const HOST_ENDS: Cue = { do: 'hostEnds', once: 'recording', seconds: SOON };
export const soon = (act: Cue['do'], seconds = SOON): Cue => ({ do: act, once: 'recording', seconds });
/** In a call that plays nothing before one has agreed: it has to be seen and heard afterwards, also where recording began late. */
export const soonAfterConsent = (act: Cue['do']): Cue => soon(act, SOON + 3);
export const again = (act: Cue['do'], seconds = SOON): Cue => ({ do: act, once: 'again', seconds });

type Verdict = Pick<Scenario, 'phase' | 'reason' | 'outcome' | 'ends' | 'weLeave' | 'takes' | 'advice'>;
const completed = (reason: Reason, ends: RightEnd): Verdict => ({
  phase: 'Completed',
  reason,
  outcome: 'Complete',
  ends,
});

/** What must come of it, by reason. */
export const HOST_ENDED = completed('HostEnded', { at: 'over', plus: 0 });
export const REMOVED = completed('Removed', { at: 'over', plus: 0 });
export const STOPPED: Verdict = { ...completed('StopRequested', { act: 'stop', plus: 0 }), weLeave: true };
export const leftAlone = (seconds: number): Verdict => ({
  ...completed('LeftAlone', { act: 'everybodyLeaves', plus: seconds }),
  weLeave: true,
});
export const silence = (seconds: number): Verdict => ({
  ...completed('Silence', { act: 'mute', plus: seconds }),
  weLeave: true,
});
export const maxDuration = (seconds: number): Verdict => ({
  ...completed('MaxDuration', { joined: seconds }),
  weLeave: true,
});
/** Mended: the gap is in the manifest, the reason is that of the end. */
export const HOST_ENDED_MENDED: Verdict = { ...HOST_ENDED, outcome: 'Partial', takes: 2 };
/** @param advice - words of what the host is told to do about it */
export const refused = (reason: Reason, advice?: string): Verdict => ({
  ...{ phase: 'Failed', reason, outcome: 'None' },
  ...(advice === undefined ? {} : { advice }),
});
export const CANCELLED: Verdict = { phase: 'Cancelled', reason: 'StopRequested', outcome: 'None' };

/** The same scenarios of one platform, without its name in each. */
export function scenariosOf(
  platform: SitePlatform,
  scenarios: readonly Omit<Scenario, 'platform'>[],
): readonly Scenario[] {
  return scenarios.map((scenario) => ({ ...scenario, platform }));
}
