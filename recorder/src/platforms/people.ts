import type { PlatformPages } from '@meetingbot/crds-schema';
import type { PageSnapshot, ShownPerson } from './snapshot.ts';

/** Who is in the call, as far as the page says. */
export interface People {
  /** People in the call, ourselves included and other recorders not; undefined where the page does not say. */
  readonly participants: number | undefined;
  readonly shown: readonly ShownPerson[];
}

/**
 * Names of other programs that sit in calls; whole words. Of products that are called like people or things, only the forms
 * that no person has: Li Gong and Otter Smith are people.
 */
export const BOT_NAMES: readonly string[] = [
  ...['bot', 'notetaker', 'note taker', 'note-taker', 'ai notes', 'recorder', 'transcriber'],
  ...['otter.ai', 'otterpilot', 'otter pilot', 'fireflies.ai', 'fathom.ai', 'fathom.video', 'read.ai', 'tl;dv', 'tldv'],
  ...['avoma', 'gong.io', 'grain.co', 'grain.com'],
];

/**
 * People as the page shows them, with our own tile marked. Where the page marks none as ours, the first one with our name is;
 * any further one of that name is somebody else.
 * @param displayName - the name that we gave at the door
 */
export function shownIn({ frames }: PageSnapshot, displayName: string): readonly ShownPerson[] {
  const seen = frames.flatMap(({ people }) => people);
  if (seen.some(({ self }) => self)) return seen;
  const ours = seen.findIndex(({ name }) => sameName(name, displayName));
  return seen.map((person, index) => (index === ours ? { ...person, self: true } : person));
}

/**
 * Counts people. The page's own number goes before what we count ourselves, since not everybody has a tile; a number that
 * cannot be read is undefined and never zero, and so is one that leaves us alone while somebody else is shown speaking, or
 * while what has the number on it is out of sight: a page that shows a shared screen at full size shows few of the others.
 * Other recorders, told by their names, count for nobody: two of them would keep each other in the call for ever. So does
 * somebody with our own name, who is another one of us, or the tile that a lost recorder left: it is shown as ourselves.
 */
export function peopleOf(
  snapshot: PageSnapshot,
  pages: PlatformPages,
  who: { readonly displayName: string; readonly botNames: readonly string[] },
): People {
  const seen = shownIn(snapshot, who.displayName);
  const strangers = seen.filter(({ self }) => !self);
  const others = strangers.filter(({ name }) => !sameName(name, who.displayName));
  const shown = seen.map((person) => ({ ...person, self: !others.includes(person) }));
  const guests = others.filter(({ name }) => !isBot(name, who.botNames));
  const number = shownNumber(snapshot, pages);
  if (number === 0 || (number === undefined && shown.length === 0)) return { participants: undefined, shown };
  if (number === undefined) {
    const isTold = guests.length > 0 || isCounterShown(snapshot, pages);
    return { participants: isTold ? 1 + guests.length : undefined, shown };
  }
  const participants = Math.max(1, number - botsAmong(others, who.botNames) - (strangers.length - others.length));
  const isContradicted = participants === 1 && guests.some(({ speaking }) => speaking);
  return { participants: isContradicted ? undefined : participants, shown };
}

/** By their names: who shares the screen has two tiles, and is one in the page's number. */
function botsAmong(others: readonly ShownPerson[], words: readonly string[]): number {
  return new Set(others.flatMap(({ name }) => (isBot(name, words) ? [name.trim().toLowerCase()] : []))).size;
}

/** Whether what the page has its number on is to be seen, be there a number or not; a page that has none is taken at its tiles. */
export function isCounterShown({ frames }: PageSnapshot, { people }: PlatformPages): boolean {
  return people.count.length === 0 || frames.some(({ counted }) => counted.flat().length > 0);
}

function shownNumber({ frames }: PageSnapshot, { people }: PlatformPages): number | undefined {
  for (const [index, { number }] of people.count.entries()) {
    const texts = frames.flatMap(({ counted }) => counted[index] ?? []);
    const numbers = texts.flatMap((text) => {
      const digits = new RegExp(number, 'i').exec(text)?.[1]?.replace(/\D/g, '') ?? '';
      return digits === '' ? [] : [Number(digits)];
    });
    if (numbers.length > 0) return Math.max(...numbers);
  }
  return undefined;
}

/** Whether a name has one of the words in it, as a whole word. */
export function isBot(name: string, words: readonly string[]): boolean {
  const lower = name.toLowerCase();
  return words.some((word) => {
    const escaped = word.toLowerCase().replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return new RegExp(`(^|[^\\p{L}\\p{N}])${escaped}($|[^\\p{L}\\p{N}])`, 'u').test(lower);
  });
}

function sameName(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase();
}
