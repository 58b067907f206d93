import type { PageEvidence, PageTarget, PlatformPages } from '@meetingbot/crds-schema';
import { type Classified, fold, holds } from './classify.ts';
import type { PageSnapshot } from './snapshot.ts';

/** Something to be done to the page now. `key` names it, for logs and for counting. */
export type Act =
  | Click
  | Answer
  | { readonly do: 'type'; readonly key: 'name' | 'passcode'; readonly css: string }
  /** Load the page anew. */
  | { readonly do: 'reload'; readonly key: 'reload' };

interface Click {
  readonly do: 'click';
  readonly key: string;
  readonly target: PageTarget;
}

/** A click that answers a question of the page's. */
export interface Answer extends Omit<Click, 'do'> {
  readonly do: 'answer';
  /** Its name, by which it is counted. */
  readonly dialog: string;
  /** What the question was told by: its button is the one there, of several that are called the same. */
  readonly near: PageEvidence;
  /** Answers to the other questions that are on the page: one may lie over the other. */
  readonly others: readonly Answer[];
}

/** What was done on this page already, by the act's key: how often, and when last, monotonic milliseconds. */
export type Done = ReadonlyMap<string, { readonly times: number; readonly at: number }>;

/** A click that changed nothing is done again after this time, in milliseconds, and so often in all. */
const AGAIN_MS = 2000;
const TIMES = 5;
/**
 * The same for knocking: a platform may take its time, and knocking again may put us at the end of the queue. Where the page
 * has given way to another one since the first knock (as Teams' does on its way from one client to another), nobody has heard
 * that one, and the second comes as soon as any other click.
 */
const KNOCK_AGAIN_MS = 40_000;
const KNOCKS = 3;
/** A field is filled again where that led nowhere: pages draw themselves anew. */
const TYPE_AGAIN_MS = 15_000;
/** Between two looks whether the host has begun the meeting, where the page does not look by itself. */
const RELOAD_MS = 15_000;
/** Dialogs come back in a long call. */
const DIALOG_TIMES = 50;

/**
 * The next thing that a guest does on this page; undefined: wait and look again. A pure function. The order is the way in:
 * questions first, then into the web client, name, passcode, microphone and camera off, and only then knocking.
 */
export function nextAct(
  view: Classified,
  snapshot: PageSnapshot,
  pages: PlatformPages,
  past: {
    readonly done: Done;
    readonly now: number;
    readonly hasPasscode: boolean;
    /** When the present document was first looked at, monotonic. */
    readonly documentAt: number;
  },
): Act | undefined {
  const { done, now, documentAt } = past;
  const mayAgain = (key: string, times = TIMES, ms = AGAIN_MS): boolean => {
    const last = done.get(key);
    return last === undefined || (last.times < times && now - last.at >= ms);
  };
  const click = (key: string, targets: readonly PageTarget[], times?: number): Click[] => {
    const target = targets.find((each) => isThere(each, snapshot));
    return target === undefined || !mayAgain(key, times) ? [] : [{ do: 'click', key, target }];
  };
  const type = (key: 'name' | 'passcode', fields: readonly string[]): Act[] => {
    const css = fields.find((each) => isThere({ css: each }, snapshot));
    return css === undefined || !mayAgain(key, key === 'passcode' ? 1 : TIMES, TYPE_AGAIN_MS)
      ? []
      : [{ do: 'type', key, css }];
  };

  // Whoever was refused does not ask again, an end is an end, and what is asked there is not for us.
  if (['refused', 'ended', 'left', 'removed', 'givenUp'].includes(view.state)) return undefined;
  if (view.state === 'lobby' && view.isEarly)
    return mayAgain('reload', Number.POSITIVE_INFINITY, RELOAD_MS) ? { do: 'reload', key: 'reload' } : undefined;
  const place = view.state === 'inCall' ? 'inCall' : 'joining';
  const [dialog, ...others] = pages.dialogs
    .filter(({ when }) => when === 'always' || when === place)
    .flatMap(({ name, seen, click: answer }): Answer[] => {
      const near = seen.find((each) => holds(each, snapshot));
      if (near === undefined) return [];
      const clicks = click(`dialog ${name}`, answer, DIALOG_TIMES);
      return clicks.map((each) => ({ ...each, do: 'answer', dialog: name, near, others: [] }));
    });
  if (dialog !== undefined) return { ...dialog, others };
  const { join } = pages;
  // Whoever has the passcode need not wait.
  if (view.state === 'lobby') return past.hasPasscode ? click('offer', join.offer ?? [], 1)[0] : undefined;
  if (view.state === 'inCall') return undefined;

  const [first] = [
    ...click('open', join.open),
    ...type('name', join.name),
    ...(past.hasPasscode ? type('passcode', join.passcode) : []),
    ...join.off.flatMap((targets, index) => click(`off ${index}`, targets)),
  ];
  if (first !== undefined) return first;
  // Nobody enters with a microphone that is still on: a click may have met what lay over the switch.
  const isOn = (targets: readonly PageTarget[], index: number) =>
    targets.some((each) => isThere(each, snapshot)) && (done.get(`off ${index}`)?.times ?? 0) < TIMES;
  if (join.off.some(isOn)) return undefined;
  // Each button for itself: behind the one that joins there may be another one that knocks.
  for (const [index, target] of join.join.entries()) {
    const key = `join ${index}`;
    const { at: knockedAt, times } = done.get(key) ?? { at: now, times: 0 };
    const isNew = knockedAt < (done.get('passcode')?.at ?? 0);
    // A question that was answered since may have lain over the button: the click met that.
    const isLost = wasAskedSince(done, knockedAt) || (times === 1 && knockedAt < documentAt);
    const wait = isLost ? AGAIN_MS : KNOCK_AGAIN_MS;
    if (!isThere(target, snapshot)) continue;
    return isNew || mayAgain(key, KNOCKS, wait) ? { do: 'click', key, target } : undefined;
  }
  return undefined;
}

function wasAskedSince(done: Done, time: number): boolean {
  return [...done].some(([key, { at }]) => key.startsWith('dialog ') && at > time);
}

/** Whether something that can be clicked is on the page. */
export function isThere({ css, names }: PageTarget, { frames }: PageSnapshot): boolean {
  return frames.some(({ marks, controls }) => {
    const mark = css === undefined ? undefined : marks[css];
    if (css !== undefined && (mark?.visible ?? 0) === 0) return false;
    const labels = css === undefined ? controls : (mark?.texts ?? []);
    return names === undefined || isNamed(labels, names);
  });
}

/** Whether one of the labels is one of the names. */
export function isNamed(labels: readonly string[], names: readonly string[]): boolean {
  const wanted = new Set(names.map(fold));
  return labels.some((label) => wanted.has(fold(label)));
}
