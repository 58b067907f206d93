import type { ManifestTake } from '@meetingbot/crds-schema';
import { describe, expect, it } from 'vitest';
import { mediaTimeOf, TimelineBook, timelineOf } from './timeline-book.ts';

const ada = { name: 'Ada', self: false, speaking: false };
const me = { name: 'Recorder', self: true, speaking: false };
const T0 = Date.parse('2026-02-06T15:00:00Z');
const take = (startedAt: number, mediaStart: number, durationSeconds: number): ManifestTake => ({
  ...{ attempt: 1, take: 1, startedAt: new Date(startedAt).toISOString(), mediaStart, durationSeconds },
  ...{ fragments: 1, bytes: 1 },
});

describe('the time line', () => {
  it('tells who came, spoke, was silent and left, and does not count ourselves', () => {
    const book = new TimelineBook();
    book.look([me, ada], T0);
    book.look([me, { ...ada, speaking: true }], T0 + 1000);
    book.look([me, ada], T0 + 2000);
    book.look([me, ada], T0 + 3000);
    for (let seconds = 4; seconds < 12; seconds++) book.look([me], T0 + seconds * 1000);
    expect(book.events.map(({ kind, at }) => [kind, (at - T0) / 1000])).toEqual([
      ['joined', 0],
      ['speaking', 1],
      ['silent', 1],
      ['left', 3],
    ]);
  });

  it('takes no leave of somebody whose tile is drawn anew', () => {
    const book = new TimelineBook();
    for (const people of [[ada], [], [], [ada]]) book.look(people, T0 + book.events.length);
    expect(book.events.map(({ kind }) => kind)).toEqual(['joined']);
  });

  it('puts moments where they are in the recording, and those in a gap where it goes on', () => {
    const takes = [take(T0, 0, 10), take(T0 + 30_000, 10, 5)];
    const at = (seconds: number) => mediaTimeOf(T0 + seconds * 1000, takes);
    expect([at(-3), at(4), at(20), at(32), at(60)]).toEqual([0, 4, 10, 12, 15]);
  });

  it('is none where nobody was ever shown', () => {
    expect(timelineOf('uid', [], [take(T0, 0, 10)])).toBeUndefined();
    expect(timelineOf('uid', [{ kind: 'joined', name: 'Ada', at: T0 + 1500 }], [take(T0, 0, 10)])).toEqual({
      ...{ version: 1, uid: 'uid', participants: ['Ada'] },
      events: [{ kind: 'joined', name: 'Ada', at: '2026-02-06T15:00:01.500Z', media: 1.5 }],
    });
  });
});
