import type { PlatformPages } from '@meetingbot/crds-schema';
import type { PageSnapshot, ShownPerson } from './snapshot.ts';

/** Who is in the call, as far as the page says. */
export interface People {
  /** People in the call, ourselves included and other recorders not; undefined where the page does not say. */
  readonly participants: number | undefined;
  readonly shown: readonly ShownPerson[];
}

/** Names of other programs that sit in calls; whole words. */
export const BOT_NAMES: readonly string[] = [
  ...['bot', 'notetaker', 'note taker', 'note-taker', 'ai notes', 'recorder', 'transcriber'],
  ...['otter', 'otter.ai', 'fireflies', 'fireflies.ai', 'fathom', 'read.ai', 'tl;dv', 'tldv', 'avoma', 'gong', 'grain'],
];

/**
 * Counts people. The page's own number goes before what we count ourselves, since not everybody has a tile; a number that
 * cannot be read is undefined and never zero. Other recorders, told by their names, count for nobody: two of them would
 * keep each other in the call for ever. So does somebody with our own name, who is another one of us.
 */
export function peopleOf(
  snapshot: PageSnapshot,
  pages: PlatformPages,
  who: { readonly displayName: string; readonly botNames: readonly string[] },
): People {
  const seen = snapshot.frames.flatMap(({ people }) => people);
  // Not every page marks our own tile.
  const shown = seen.map((person) => (sameName(person.name, who.displayName) ? { ...person, self: true } : person));
  const others = shown.filter(({ self }) => !self);
  const ours = shown.length - others.length;
  // One of those with our name is ourselves.
  const doubles = Math.max(0, ours - 1);
  const bots = others.filter(({ name }) => isBot(name, who.botNames)).length + doubles;
  const total = shownNumber(snapshot, pages) ?? (shown.length === 0 ? undefined : shown.length + (ours === 0 ? 1 : 0));
  if (total === undefined || total === 0) return { participants: undefined, shown };
  return { participants: Math.max(1, total - bots), shown };
}

function shownNumber({ frames }: PageSnapshot, { people }: PlatformPages): number | undefined {
  for (const { css, number } of people.count) {
    for (const { marks } of frames) {
      for (const text of marks[css]?.texts ?? []) {
        const digits = new RegExp(number, 'i').exec(text)?.[1]?.replace(/\D/g, '');
        if (digits !== undefined && digits !== '') return Number(digits);
      }
    }
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
