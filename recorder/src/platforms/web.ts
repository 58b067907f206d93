import type { CompleteMeetingSpec, JoinPlan } from '@meetingbot/crds-schema';
import { bounded } from '../browser/index.ts';
import { countOf, isAnyVisible, LOOK_MS, SelectorError } from './elements.ts';
import { doJoinSteps } from './join-steps.ts';
import { openPage } from './open-page.ts';
import { JoinError, type PageView, type Platform, type Visit } from './platform.ts';

const LEAVE_MS = 2000;

/** Any page: joined by the user's own steps, read by the user's own selectors, and without them recorded as it loads. */
export function webPlatform(spec: CompleteMeetingSpec): Platform {
  const { join } = spec;
  // Before its document is there a page does not answer, and that is no fault of its.
  const opened = new WeakSet<Visit>();
  /** When the call was last seen, wall clock. */
  const seenAt = new WeakMap<Visit, number>();
  return {
    name: 'web',
    // The user's own selector is the proof: it only has to hold for a moment.
    confirmMs: join === undefined ? 0 : 1000,
    async enter(visit) {
      await openPage(visit, spec.url);
      opened.add(visit);
      await doJoinSteps(visit, join?.steps ?? [], spec.displayName);
    },
    async observe(visit) {
      if (!opened.has(visit)) return { state: 'unknown', evidence: 'the page is not open yet' };
      if (join === undefined) return observeAnyPage(visit);
      const view = await observeByPlan(visit, join);
      if (view.state === 'inCall') seenAt.set(visit, visit.clock.now());
      return view.state === 'unknown' && (await isYounger(visit, seenAt.get(visit)))
        ? { ...view, elsewhere: true }
        : view;
    },
    async leave({ page, clock }) {
      // The page hears that it is left, and says so to the others; closing the browser would leave them with a time-out.
      await bounded('leaving', LEAVE_MS, page.goto('about:blank'), clock).catch(() => undefined);
    },
  };
}

async function observeAnyPage({ page, clock }: Visit): Promise<PageView> {
  const complete = await bounded(
    'looking at the page',
    LOOK_MS,
    page.evaluate(() => location.protocol.startsWith('http')),
    clock,
  );
  return complete
    ? { state: 'inCall', evidence: 'the page is open' }
    : { state: 'unknown', evidence: 'no page is open' };
}

/** The end first, then the lobby, and only then the proof of being in: calls draw their controls behind both. */
async function observeByPlan(visit: Visit, join: JoinPlan): Promise<PageView> {
  const { ended, lobby, joined, participants } = join;
  const isVisible = async (field: keyof JoinPlan, selector: string | undefined) =>
    selector !== undefined && (await asField(field, isAnyVisible(visit.page, selector, visit.clock)));
  if (await isVisible('ended', ended)) return { state: 'ended', evidence: `ended: ${ended}` };
  if (await isVisible('lobby', lobby)) return { state: 'lobby', evidence: `lobby: ${lobby}` };
  if (!(await isVisible('joined', joined))) return { state: 'unknown', evidence: `not visible: ${joined}` };
  const evidence = `joined: ${joined}`;
  if (participants === undefined) return { state: 'inCall', evidence };
  const count = await asField('participants', countOf(visit.page, participants, visit.clock));
  // We are one of them ourselves: none at all means that the page does not say.
  return count === 0 ? { state: 'inCall', evidence } : { state: 'inCall', evidence, participants: count };
}

/** Whether the page's document has come after the call was seen for the last time. */
async function isYounger({ page, clock }: Visit, seenAt: number | undefined): Promise<boolean> {
  if (seenAt === undefined) return false;
  const begun = await bounded(
    'asking for the document',
    LOOK_MS,
    page.evaluate(() => performance.timeOrigin),
    clock,
  );
  return begun > seenAt;
}

async function asField<T>(field: keyof JoinPlan, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error;
    throw new JoinError('JoinFailed', `spec.join.${field}: this is not a selector: ${error.message}`, { cause: error });
  }
}
