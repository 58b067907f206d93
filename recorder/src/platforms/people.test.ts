import { describe, expect, it } from 'vitest';
import { madeSnapshot } from './made-snapshot.fixture.ts';
import { BOT_NAMES, isBot, peopleOf, shownIn } from './people.ts';
import { BUILT_IN } from './registry.ts';

const MEET = BUILT_IN['google-meet'];
const who = { displayName: 'Meeting Recorder', botNames: BOT_NAMES };
const person = (name: string, self = false, speaking = false) => ({ name, self, speaking });
/** As the page has it: the badge is there, with a number on it or without. */
const count = (people: ReturnType<typeof person>[], ...badges: string[]) =>
  peopleOf(madeSnapshot({ people, counted: [badges.length === 0 ? [''] : badges] }), MEET, who).participants;

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

  it('takes the largest number, since guests from outside are counted in the same way', () => {
    expect(count([person('Meeting Recorder', true)], '1', '12')).toBe(12);
  });

  it('does not say that we are alone while the place of the number is out of sight', () => {
    const unseen = (people: ReturnType<typeof person>[]) => peopleOf(madeSnapshot({ people }), MEET, who).participants;
    const us = person('Meeting Recorder', true);
    expect(count([us])).toBe(1);
    expect(unseen([us])).toBeUndefined();
    expect(unseen([us, person('Otter.ai')])).toBeUndefined();
    expect(unseen([us, person('Ada')])).toBe(2);
    const tilesOnly = { ...MEET, people: { ...MEET.people, count: [] } };
    expect(peopleOf(madeSnapshot({ people: [us] }), tilesOnly, who).participants).toBe(1);
  });

  it('counts no other recorder, and no other one of us', () => {
    expect(count([person('Meeting Recorder', true), person('Otter.ai'), person("Fred's Notetaker")], '3')).toBe(1);
    expect(count([person('Meeting Recorder', true), person('Meeting Recorder')])).toBe(1);
    expect(count([person('Meeting Recorder', true), person('Ada'), person('Fathom Notetaker')], '3')).toBe(2);
    expect(count([person('Meeting Recorder', true), person('Ada'), person('Fathom Notetaker')])).toBe(2);
  });

  it('takes a recorder with two tiles off once, and our own second tile not at all', () => {
    const otters = [person('Otter.ai'), person('otter.ai ')];
    expect(count([person('Meeting Recorder', true), ...otters, person('Ada')], '3')).toBe(2);
    expect(count([person('Meeting Recorder', true), ...otters])).toBe(1);
    expect(count([person('Meeting Recorder', true), person('Otter.ai'), person('Read.ai'), person('Ada')], '4')).toBe(
      2,
    );
    expect(count([person('Meeting Recorder', true), person('Meeting Recorder', true), person('Ada')], '2')).toBe(2);
  });

  it('takes other ones of us off, each of them', () => {
    const three = [person('Meeting Recorder'), person('Meeting Recorder'), person('Meeting Recorder')];
    expect(count(three, '3')).toBe(1);
    expect(count([person('Meeting Recorder', true), ...three.slice(1), person('Ada')], '4')).toBe(2);
  });

  it('does not believe that we are alone while somebody else is shown speaking', () => {
    const us = person('Meeting Recorder', true, true);
    expect(count([us, person('Ada', false, true)], '1')).toBeUndefined();
    expect(count([us, person('Otter.ai'), person('Ada', false, true)], '2')).toBeUndefined();
    expect(count([us, person('Ada')], '1')).toBe(1);
    expect(count([us, person('Otter.ai', false, true)], '2')).toBe(1);
    expect(count([us, person('Ada', false, true)], '2')).toBe(2);
  });

  it('takes a tile of our name for our own where the page marks none, and only one', () => {
    const ours = (...people: ReturnType<typeof person>[]) =>
      shownIn(madeSnapshot({ people }), who.displayName).map(({ self }) => self);
    expect(ours(person('Ada'), person('meeting recorder'))).toEqual([false, true]);
    expect(ours(person('Meeting Recorder'), person('Meeting Recorder'))).toEqual([true, false]);
    expect(ours(person('Meeting Recorder'), person('Meeting Recorder', true))).toEqual([false, true]);
  });

  it('tells of nobody with our name, as of the tile that a lost recorder left', () => {
    const people = [person('Meeting Recorder', true), person('Meeting Recorder'), person('Ada')];
    const { shown } = peopleOf(madeSnapshot({ people }), MEET, who);
    expect(shown.map(({ self }) => self)).toEqual([true, true, false]);
  });

  it('knows recorders by whole words only', () => {
    expect(isBot('Abbott', BOT_NAMES)).toBe(false);
    expect(isBot('Robot 7 (bot)', BOT_NAMES)).toBe(true);
    expect(isBot('Bot', ['bot'])).toBe(true);
    expect(isBot('Grainger', BOT_NAMES)).toBe(false);
  });

  it.each([
    ...['Otter.ai', 'OtterPilot', "Fred's OtterPilot", 'Fireflies.ai Notetaker', 'Fathom Notetaker', 'tl;dv'],
    ...['Read.ai meeting notes', 'Avoma Notetaker', 'Gong Recorder', 'Gong Bot', 'Grain Notetaker', 'Grain Recorder'],
    ...["Ada's Notetaker", 'AI Notes (Ada)'],
  ])('takes %s for another recorder', (name) => {
    expect(isBot(name, BOT_NAMES)).toBe(true);
  });

  it.each(['Li Gong', 'Otter Smith', 'Grain Silo', 'Ada Fathom', 'Fireflies', 'Read Montague', 'Abbott', 'Botha'])(
    'takes %s for a person',
    (name) => {
      expect(isBot(name, BOT_NAMES)).toBe(false);
    },
  );
});
