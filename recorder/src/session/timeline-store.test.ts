import { attemptTimelineKey, silentLogger, systemClock, timelineKey } from '@meetingbot/crds-schema';
import { expect, it } from 'vitest';
import { MemoryObjectStore } from '../upload/memory-object-store.ts';
import { ObjectStoreError } from '../upload/object-store.ts';
import { TimelineBook } from './timeline-book.ts';
import { TimelineStore } from './timeline-store.ts';

const meeting = { namespace: 'sales', name: 'weekly', uid: 'u-1' };
const T0 = Date.parse('2026-02-06T15:00:00Z');
const options = { meeting, clock: systemClock, logger: silentLogger };

function bookOf(name: string, at: number): TimelineBook {
  const book = new TimelineBook();
  book.look([{ name, self: false, speaking: false }], at);
  return book;
}

it('writes what all attempts saw', async () => {
  const store = new MemoryObjectStore();
  const never = new AbortController().signal;
  const body = (key: string) => JSON.parse(store.objects.get(key)?.body.toString() ?? '');
  const first = new TimelineStore(bookOf('Ada', T0), { ...options, store, attempt: 1 });
  await first.finish([], {}, never);
  const former = body(timelineKey(meeting));
  store.objects.set(attemptTimelineKey(meeting, 1), store.objects.get(timelineKey(meeting)) as never);
  store.objects.delete(timelineKey(meeting));

  const key = await new TimelineStore(bookOf('Bob', T0 + 5000), { ...options, store, attempt: 2 }).finish(
    [],
    {},
    never,
  );

  expect(key).toBe(timelineKey(meeting));
  expect(former.participants).toEqual(['Ada']);
  expect(body(timelineKey(meeting)).participants).toEqual(['Ada', 'Bob']);
});

it('is given up with everything else when the recorder has to go', async () => {
  const store = new MemoryObjectStore();
  store.before = () => Promise.reject(new ObjectStoreError('Unavailable', 'SlowDown'));
  const timeline = new TimelineStore(bookOf('Ada', T0), { ...options, store, attempt: 3 });

  expect(await timeline.finish([], {}, AbortSignal.timeout(50))).toBeUndefined();

  const calls = store.calls.length;
  await new Promise(setImmediate);
  expect(store.calls).toHaveLength(calls);
});

it.each([
  [{ ifNoneMatch: true }, 'AlreadyExists'],
  [{ ifMatch: 'of-before' }, 'Changed'],
])('is not written over one that came in between, and knows its own (%j)', async (condition, code) => {
  const store = new MemoryObjectStore();
  const never = new AbortController().signal;
  const timeline = new TimelineStore(bookOf('Ada', T0), { ...options, store, attempt: 1 });
  await timeline.finish([], {}, never);
  expect(await timeline.finish([], condition, never)).toBe(timelineKey(meeting));

  const other = new TimelineStore(bookOf('Bob', T0), { ...options, store, attempt: 1 });
  await expect(other.finish([], condition, never)).rejects.toMatchObject({ code });
});
