import { describe, expect, it } from 'vitest';
import { madeSnapshot } from './made-snapshot.fixture.ts';
import { BOT_NAMES, isBot, peopleOf } from './people.ts';
import { BUILT_IN } from './registry.ts';

const MEET = BUILT_IN['google-meet'];
const who = { displayName: 'Meeting Recorder', botNames: BOT_NAMES };
const person = (name: string, self = false) => ({ name, self, speaking: false });
const count = (people: ReturnType<typeof person>[], badge?: string) =>
  peopleOf(
    madeSnapshot({ people, ...(badge === undefined ? {} : { seen: { '[data-avatar-count]': [badge] } }) }),
    MEET,
    who,
  ).participants;

describe('counting people', () => {
  it('is undefined, and not zero, where the page does not say', () => {
    expect(count([])).toBeUndefined();
    expect(count([], 'many')).toBeUndefined();
    expect(count([], '0')).toBeUndefined();
  });

  it("takes the page's own number before the tiles, since not everybody has one", () => {
    expect(count([person('Meeting Recorder', true), person('Ada')], '12')).toBe(12);
    expect(count([person('Meeting Recorder', true), person('Ada')])).toBe(2);
    expect(count([person('Ada')])).toBe(2);
  });

  it('counts no other recorder, and no other one of us', () => {
    expect(count([person('Meeting Recorder', true), person('Otter.ai'), person("Fred's Notetaker")], '3')).toBe(1);
    expect(count([person('Meeting Recorder', true), person('Meeting Recorder')])).toBe(1);
    expect(count([person('Meeting Recorder', true), person('Ada'), person('Fathom')], '3')).toBe(2);
  });

  it('takes a tile of our name for our own, also where the page does not mark it', () => {
    const { shown } = peopleOf(madeSnapshot({ people: [person('meeting recorder'), person('Ada')] }), MEET, who);
    expect(shown.map(({ name, self }) => [name, self])).toEqual([
      ['meeting recorder', true],
      ['Ada', false],
    ]);
  });

  it('knows recorders by whole words only', () => {
    expect(isBot('Abbott', BOT_NAMES)).toBe(false);
    expect(isBot('Robot 7 (bot)', BOT_NAMES)).toBe(true);
    expect(isBot('Bot', ['bot'])).toBe(true);
    expect(isBot('Grainger', BOT_NAMES)).toBe(false);
  });
});
