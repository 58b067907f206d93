import type { CompleteMeetingSpec, JoinPlan } from '@meetingbot/crds-schema';
import { bounded } from '../browser/index.ts';
import { LOOK_MS, lookFor, SelectorError, type Sighting } from './elements.ts';
import { doJoinSteps } from './join-steps.ts';
import { leavePage } from './leave-page.ts';
import { openPage } from './open-page.ts';
import { JoinError, type PageView, type Platform, type Visit } from './platform.ts';

const LEAVE_MS = 2000;

/** Any page: joined by the user's own steps, read by the user's own selectors, and without them recorded as it loads. */
export function webPlatform(spec: CompleteMeetingSpec): Platform {
  const { join } = spec;
  // Before its document is there a page does not answer, and that is no fault of its.
  const opened = new WeakSet<Visit>();
  /** The document that the call was last seen in. */
  const seenIn = new WeakMap<Visit, number>();
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
      const { view, since } = await observeByPlan(visit, join);
      if (since === undefined) return view;
      if (view.state === 'inCall') seenIn.set(visit, since);
      const isElsewhere = view.state === 'unknown' && (seenIn.get(visit) ?? since) !== since;
      return isElsewhere ? { ...view, elsewhere: true } : view;
    },
    leave: (visit) => leavePage(visit, LEAVE_MS),
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

/** What the page shows, and in which document. */
async function observeByPlan(
  { page, clock }: Visit,
  join: JoinPlan,
): Promise<{ view: PageView; since: number | undefined }> {
  const fields = (['ended', 'lobby', 'joined', 'participants'] as const).filter((field) => join[field] !== undefined);
  const { sightings, since } = await lookFor(
    page,
    fields.map((field) => join[field] ?? ''),
    clock,
  ).catch((error: unknown) => {
    throw error instanceof SelectorError
      ? badField(
          fields.find((field) => join[field] === error.selector),
          error,
        )
      : error;
  });
  return { view: viewByPlan(join, new Map(fields.map((field, index) => [field, sightings[index]]))), since };
}

/** The end first, then the lobby, and only then the proof of being in: calls draw their controls behind both. */
function viewByPlan(join: JoinPlan, seen: ReadonlyMap<string, Sighting | undefined>): PageView {
  if (seen.get('ended')?.isVisible) return { state: 'ended', evidence: `ended: ${join.ended}` };
  if (seen.get('lobby')?.isVisible) return { state: 'lobby', evidence: `lobby: ${join.lobby}` };
  if (!seen.get('joined')?.isVisible) return { state: 'unknown', evidence: `not visible: ${join.joined}` };
  const evidence = `joined: ${join.joined}`;
  const count = seen.get('participants')?.count ?? 0;
  // We are one of them ourselves: none at all means that the page does not say.
  return count === 0 ? { state: 'inCall', evidence } : { state: 'inCall', evidence, participants: count };
}

function badField(field: keyof JoinPlan | undefined, cause: SelectorError): JoinError {
  return new JoinError('JoinFailed', `spec.join.${field}: this is not a selector: ${cause.message}`, { cause });
}
