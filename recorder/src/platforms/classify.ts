import type { PageEvidence, PlatformPages, RefusalReason } from '@meetingbot/crds-schema';
import { shownIn } from './people.ts';
import { type FrameSnapshot, type PageSnapshot, SIGN_IN_FIELD } from './snapshot.ts';

/** What a snapshot shows, and by what it was told: words of the description, never of the page. */
export type Classified =
  | {
      readonly state: 'refused';
      readonly reason: RefusalReason;
      /** What it is to those who have waited, where that is another thing. */
      readonly afterLobby?: RefusalReason;
      readonly evidence: string;
      readonly advice?: string;
      /** A sign-in that asks for nothing yet: it may know us, and lead on by itself. */
      readonly mayPass?: true;
      /** What proves the call behind it, in more than one part of the page. */
      readonly call?: string;
    }
  | { readonly state: 'removed' | 'ended' | 'left' | 'lost' | 'prejoin' | 'givenUp'; readonly evidence: string }
  /** `oneSided`: all proofs that hold are drawn in one part of the page, which a lobby may draw, too. */
  | { readonly state: 'inCall'; readonly evidence: string; readonly oneSided?: true }
  /** `isEarly`: nobody has begun the meeting, and the page does not look again by itself. */
  | { readonly state: 'lobby'; readonly evidence: string; readonly isEarly?: true }
  /** `proofs`: kinds of proof of the call that hold, fewer than are needed. */
  | { readonly state: 'connecting' | 'unknown'; readonly evidence: string; readonly proofs: number };

/** Of one part of the page they count as well, but not as soon: see `oneSided`. */
const PROOFS_NEEDED = 2;

/**
 * Says what a page shows: a pure function of what was seen and of the description of the platform.
 *
 * A meeting that nobody has begun is waited for as in a lobby. Refusals and the lobby go before the call, since platforms
 * draw the call's controls behind both. The end goes after it, unless it is one that is drawn over the call: a sentence about
 * an end, while the call is proved, is somebody's sentence. So may a refusal be for whoever is in: it comes with the call
 * that is proved beside it. What the page says while it connects goes after all that is known of it otherwise. What none of
 * the description fits is unknown.
 * @param displayName - the name that we gave at the door: not every page marks our own tile
 */
export function classify(snapshot: PageSnapshot, pages: PlatformPages, displayName: string): Classified {
  const { states } = pages;
  const call = callOf(snapshot, pages, displayName);
  // Words are the page's own where nothing of the call is certain, and may be anybody's beside it.
  const early = call.isCertain ? undefined : firstOf(states.early ?? [], snapshot);
  if (early !== undefined) return { state: 'lobby', evidence: early, isEarly: true };
  const refusal = refusalOf(snapshot, pages);
  if (refusal !== undefined) return { ...refusal, ...(call.isCertain ? { call: call.evidence } : {}) };
  const perhapsEarly = firstOf(states.perhapsEarly ?? [], snapshot);
  if (perhapsEarly !== undefined) return { state: 'lobby', evidence: perhapsEarly, isEarly: true };
  const shows = (
    state: 'lobby' | 'removed' | 'ended' | 'left' | 'lost' | 'prejoin' | 'givenUp',
    any: readonly PageEvidence[] = [],
  ): Classified[] => {
    const sign = firstOf(any, snapshot);
    return sign === undefined ? [] : [{ state, evidence: sign }];
  };
  const { kinds, evidence, oneSided } = call;
  const connecting = firstOf(states.connecting ?? [], snapshot);
  const [first]: Classified[] = [
    ...shows('lobby', states.lobby),
    ...shows('removed', states.overCall.removed),
    ...shows('ended', states.overCall.ended),
    ...shows('lost', states.overCall.lost),
    ...(call.isProved ? [{ state: 'inCall' as const, evidence, ...(oneSided ? { oneSided } : {}) }] : []),
    ...shows('removed', states.removed),
    ...shows('ended', states.ended.filter(isSeen)),
    ...shows('left', states.left),
    // An address says more than what stands there: a field for the code of another meeting is none for our name.
    ...shows('givenUp', states.givenUp?.filter(isAddress)),
    ...shows('prejoin', states.prejoin),
    // The way in may lie in a frame of a page whose address stays what it was.
    ...shows('ended', states.ended.filter(isAddress)),
    ...(connecting === undefined ? [] : [{ state: 'connecting' as const, evidence: connecting, proofs: kinds }]),
    // Beside a control of the call it may be the lobby that is just being drawn.
    ...(kinds > 0 ? [] : shows('givenUp', states.givenUp)),
  ];
  const few =
    kinds >= PROOFS_NEEDED
      ? 'a call or its lobby, in a language that we cannot read'
      : kinds === 0
        ? 'nothing that is known'
        : `only one proof of the call: ${evidence}`;
  return first ?? { state: 'unknown', evidence: few, proofs: kinds };
}

/** What of the call is drawn. */
interface SeenCall {
  /** Kinds of proof that hold. */
  readonly kinds: number;
  readonly evidence: string;
  readonly isProved: boolean;
  readonly oneSided: boolean;
  /** Proved in more than one part of the page. */
  readonly isCertain: boolean;
}

function callOf(snapshot: PageSnapshot, pages: PlatformPages, displayName: string): SeenCall {
  const proofs = pages.states.inCall.flatMap(({ name, part = name, any }) => {
    const evidence = firstOf(any, snapshot);
    return evidence === undefined ? [] : [{ part, said: `${name}: ${evidence}` }];
  });
  const oneSided = new Set(proofs.map(({ part }) => part)).size === 1;
  const isProved =
    proofs.length >= PROOFS_NEEDED && (isReadable(snapshot, pages) || isSomebodyShown(snapshot, displayName));
  const evidence = proofs.map(({ said }) => said).join('; ');
  return { kinds: proofs.length, evidence, isProved, oneSided, isCertain: isProved && !oneSided };
}

function refusalOf(
  snapshot: PageSnapshot,
  { states }: PlatformPages,
): Extract<Classified, { state: 'refused' }> | undefined {
  for (const { reason, afterLobby, any, advice } of states.refused) {
    const sign = any.find((each) => holds(each, snapshot));
    if (sign === undefined) continue;
    const mayPass = reason === 'SignInRequired' && isAddress(sign) && !holds({ css: SIGN_IN_FIELD }, snapshot);
    const more = {
      ...(afterLobby === undefined ? {} : { afterLobby }),
      ...(advice === undefined ? {} : { advice }),
      ...(mayPass ? { mayPass } : {}),
    };
    return { state: 'refused', reason, evidence: describe(sign), ...more };
  }
  return undefined;
}

/** Whether it is a page that is known, wherever on the way. Where others end is none before a lobby was seen. */
export function isKnown({ state }: Classified): boolean {
  return state !== 'unknown' && state !== 'givenUp';
}

/** Nothing but an address: all pages of a sign-in have it, also those that only lead from one to the next. */
function isAddress({ url, ...others }: PageEvidence): boolean {
  return url !== undefined && Object.keys(others).length === 0;
}

/** Something that stands on the page. */
const isSeen = (evidence: PageEvidence): boolean => !isAddress(evidence);

/** The lobby's words could be read, were they there. */
function isReadable({ frames }: PageSnapshot, { languages }: PlatformPages): boolean {
  const language = frames[0]?.language ?? '';
  return language === '' || languages.includes(language);
}

/** Lobbies show nobody but ourselves. */
function isSomebodyShown(snapshot: PageSnapshot, displayName: string): boolean {
  return shownIn(snapshot, displayName).some(({ self }) => !self);
}

function firstOf(any: readonly PageEvidence[], snapshot: PageSnapshot): string | undefined {
  const found = any.find((evidence) => holds(evidence, snapshot));
  return found && describe(found);
}

/** Whether a sign is on the page. */
export function holds(evidence: PageEvidence, { frames }: PageSnapshot): boolean {
  return frames.some((frame) => holdsIn(evidence, frame));
}

function holdsIn({ text, contains, css, present, title, url }: PageEvidence, frame: FrameSnapshot): boolean {
  if (url !== undefined && !new RegExp(url, 'i').test(frame.url)) return false;
  if (title !== undefined && !fold(frame.title).includes(fold(title))) return false;
  const mark = css === undefined ? undefined : frame.marks[css];
  if (css !== undefined && ((present ? mark?.present : mark?.visible) ?? 0) === 0) return false;
  const texts = css === undefined ? frame.texts : (mark?.texts ?? []);
  if (text !== undefined && !texts.some((each) => fold(each) === fold(text))) return false;
  return contains === undefined || texts.some((each) => fold(each).includes(fold(contains)));
}

/** A text without what differs between two days and means nothing: case, blanks, kinds of apostrophe, dots at the end. */
export function fold(text: string): string {
  return text
    .replace(/[\u2018\u2019\u02bc`]/g, "'")
    .replace(/[\u201c\u201d]/g, '"')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\s.\u2026!]+$/, '')
    .toLowerCase();
}

function describe({ text, contains, css, present, title, url }: PageEvidence): string {
  const parts = [
    ...(css === undefined ? [] : [present ? `${css} (present)` : css]),
    ...(text === undefined ? [] : [`"${text}"`]),
    ...(contains === undefined ? [] : [`"…${contains}…"`]),
    ...(title === undefined ? [] : [`title "…${title}…"`]),
    ...(url === undefined ? [] : [`address ${url}`]),
  ];
  return parts.join(' and ');
}
