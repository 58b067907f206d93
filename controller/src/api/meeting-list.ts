import { keyString, type Meeting } from '@meetingbot/crds-schema';
import type { MeetingStore } from '../ports.ts';
import { continueAfter } from '../store/continue-token.ts';
import type { ChangeFeed } from '../watch/change-feed.ts';
import { Mark } from '../watch/marks.ts';
import type { Selection } from '../watch/meeting-watch.ts';
import { badRequest } from './status-error.ts';

/** Items read from the store at once. */
const PAGE = 500;

export interface ListRequest {
  selection: Selection;
  /** At most so many items; absent or 0: all. */
  limit?: number | undefined;
  /** Token of the page before. */
  continueToken?: string | undefined;
}

export interface MeetingList {
  items: Meeting[];
  /** The same on all pages of one list: that of its beginning. */
  resourceVersion: string;
  continueToken?: string;
}

/**
 * One page of the Meetings that match, read page by page so that a selector never returns a short one by chance.
 * What was read is noted in a mark of the feed, whose version is the list's: a watch goes on from there.
 */
export async function listMeetings(store: MeetingStore, feed: ChangeFeed, request: ListRequest): Promise<MeetingList> {
  if (request.continueToken === undefined) return listFrom(store, feed.mark(), undefined, request);
  const { version, token } = parseToken(request.continueToken);
  // A mark that is forgotten is only the worse for it: a watch may tell again what a page has shown.
  return listFrom(store, feed.markOf(version) ?? new Mark(version), token, request);
}

/** All Meetings that match. */
export async function listAll(store: MeetingStore, mark: Mark, selection: Selection): Promise<Meeting[]> {
  return (await listFrom(store, mark, undefined, { selection })).items;
}

async function listFrom(
  store: MeetingStore,
  mark: Mark,
  token: string | undefined,
  { selection, ...request }: ListRequest,
): Promise<MeetingList> {
  const { namespace, name, matches } = selection;
  const resourceVersion = String(mark.version);
  const noted = (meetings: readonly Meeting[]) => {
    for (const { metadata } of meetings) mark.note(keyString(metadata), Number(metadata.resourceVersion));
    return meetings.filter(matches);
  };
  if (name !== undefined && namespace !== undefined) {
    // `kubectl get NAME` and `wait` list by name: one read instead of a query.
    const meeting = await store.get({ namespace, name });
    return { items: noted(meeting === undefined ? [] : [meeting]), resourceVersion };
  }
  const limit = request.limit === undefined || request.limit === 0 ? Number.POSITIVE_INFINITY : request.limit;
  const items: Meeting[] = [];
  let continueToken = token;
  do {
    const page = await store.list({
      limit: Math.min(PAGE, limit),
      ...(namespace === undefined ? {} : { namespace }),
      ...(continueToken === undefined ? {} : { continueToken }),
    });
    continueToken = page.continueToken;
    const matching = noted(page.items);
    const taken = matching.slice(0, limit - items.length);
    items.push(...taken);
    const last = taken.at(-1);
    const isMore = taken.length < matching.length || continueToken !== undefined;
    if (items.length >= limit && last !== undefined && isMore) {
      // Where the page was cut short, the next one begins after the last item that was given.
      const after = taken.length < matching.length ? continueAfter(last.metadata) : (continueToken ?? '');
      return { items, resourceVersion, continueToken: `${resourceVersion}.${after}` };
    }
  } while (continueToken !== undefined);
  return { items, resourceVersion };
}

function parseToken(text: string): { version: number; token: string } {
  const [, version, token] = /^(\d{1,16})\.([-_A-Za-z0-9]+)$/.exec(text) ?? [];
  if (version === undefined || token === undefined) throw badRequest('continue: expected a token of an earlier list');
  return { version: Number(version), token };
}
