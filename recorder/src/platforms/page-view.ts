import type { PlatformPages } from '@meetingbot/crds-schema';
import type { Look } from './attendance.ts';
import { peopleOf } from './people.ts';
import type { PageView } from './platform.ts';
import type { PageSnapshot } from './snapshot.ts';

type Who = Parameters<typeof peopleOf>[2];

/** How long a sign-in that asks for nothing has to stay to be a wall, in milliseconds: a single sign-on passes by. */
const SIGN_IN_STAYS_MS = 10_000;

/**
 * What a look at the page means, given what was seen before: a pure function. Who is not in yet needs the classifier's full
 * proof; who is in stays in by any single proof, and without one the call is out of sight, which is no end.
 * @param known.seenIn - the document (`since`) that the call was last seen in during this visit; undefined: not yet seen
 * @param known.waited - the lobby was seen during this visit, and the call not since
 */
export function viewOf(
  { view, snapshot, stayedMs }: Pick<Look, 'view' | 'snapshot' | 'stayedMs'>,
  pages: PlatformPages,
  known: { who: Who; seenIn: number | undefined; waited?: boolean },
): PageView {
  const { who, seenIn } = known;
  const [main] = snapshot.frames;
  const isOff = main !== undefined && !new RegExp(pages.home, 'i').test(main.url);
  const isOther = main !== undefined && main.since !== seenIn;
  const isElsewhere = seenIn !== undefined && (isOff || isOther);
  switch (view.state) {
    case 'refused': {
      const { reason, afterLobby, evidence, advice, mayPass, call } = view;
      // "This meeting is locked", say, is said in the call as well, to those who are in.
      if (seenIn !== undefined && !isElsewhere && call !== undefined) return inCall(call, snapshot, pages, who);
      // Whoever was in goes in again, and hears it at the door.
      if (isElsewhere) return { state: 'unknown', evidence, elsewhere: true };
      if (mayPass && stayedMs < SIGN_IN_STAYS_MS)
        return { state: 'unknown', evidence: `a sign-in that may lead on by itself: ${evidence}`, onTheWay: true };
      if (known.waited && afterLobby !== undefined) return { state: 'refused', reason: afterLobby, evidence };
      return { state: 'refused', reason, evidence, ...(advice === undefined ? {} : { advice }) };
    }
    case 'inCall':
      return { ...inCall(view.evidence, snapshot, pages, who), ...(view.oneSided ? { oneSided: true } : {}) };
    case 'lost':
      return { state: 'unknown', evidence: view.evidence, ...elsewhere(seenIn !== undefined) };
    case 'givenUp':
      // The end of waiting. Without that it is a page like any other.
      if (known.waited) return { state: 'ended', evidence: view.evidence, wordless: true };
      return { state: 'unknown', evidence: view.evidence, ...elsewhere(isElsewhere) };
    case 'prejoin':
      return {
        state: 'unknown',
        evidence: `on the way in: ${view.evidence}`,
        onTheWay: true,
        ...elsewhere(known.seenIn !== undefined),
      };
    case 'connecting':
    case 'unknown': {
      // Who is in stays in by one proof: controls hide, and one missing button ends nothing.
      if (seenIn !== undefined && !isElsewhere && view.proofs > 0) return inCall(view.evidence, snapshot, pages, who);
      const onTheWay = view.state === 'connecting' ? { onTheWay: true as const } : {};
      return { state: 'unknown', evidence: view.evidence, ...elsewhere(isElsewhere), ...onTheWay };
    }
    case 'left':
      // Nobody clicked Leave.
      return { state: known.waited ? 'removed' : 'ended', evidence: view.evidence };
    case 'lobby':
      return { state: 'lobby', evidence: view.evidence, ...(view.isEarly ? { isEarly: true } : {}) };
    default:
      return { state: view.state, evidence: view.evidence };
  }
}

function inCall(evidence: string, snapshot: PageSnapshot, pages: PlatformPages, who: Who): PageView {
  const { participants, shown } = peopleOf(snapshot, pages, who);
  return { state: 'inCall', evidence, people: shown, ...(participants === undefined ? {} : { participants }) };
}

const elsewhere = (is: boolean): { elsewhere?: true } => (is ? { elsewhere: true } : {});
