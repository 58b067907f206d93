import type { Meeting } from '@meetingbot/crds-schema';
import type { MeetingStore } from '../ports.ts';
import { continueAfter } from '../store/continue-token.ts';
import type { Matcher } from './selectors.ts';
import { badRequest } from './status-error.ts';

/** Items read from the store at once. */
const PAGE = 500;

export interface ListRequest {
  /** Absent: all of them. */
  namespace?: string | undefined;
  /** At most so many items; absent or 0: all. */
  limit?: number | undefined;
  /** Token of the page before. */
  continueToken?: string | undefined;
  matches: Matcher;
  /** resourceVersion of a list that begins now. */
  version: string;
}

export interface MeetingList {
  items: Meeting[];
  /** The same on all pages of one list: that of its beginning. */
  resourceVersion: string;
  continueToken?: string;
}

/** One page of the Meetings that match, read page by page so that a selector never returns a short one by chance. */
export async function listMeetings(store: MeetingStore, request: ListRequest): Promise<MeetingList> {
  const limit = request.limit === undefined || request.limit === 0 ? Number.POSITIVE_INFINITY : request.limit;
  const start = request.continueToken === undefined ? undefined : parseToken(request.continueToken);
  const resourceVersion = start?.version ?? request.version;
  const items: Meeting[] = [];
  let continueToken = start?.token;
  do {
    const page = await store.list({
      limit: Math.min(PAGE, limit),
      ...(request.namespace === undefined ? {} : { namespace: request.namespace }),
      ...(continueToken === undefined ? {} : { continueToken }),
    });
    continueToken = page.continueToken;
    const matching = page.items.filter(request.matches);
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

function parseToken(text: string): { version: string; token: string } {
  const [, version, token] = /^(\d{1,16})\.([-_A-Za-z0-9]+)$/.exec(text) ?? [];
  if (version === undefined || token === undefined) throw badRequest('continue: expected a token of an earlier list');
  return { version, token };
}
