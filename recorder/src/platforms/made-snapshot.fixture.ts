import type { FrameSnapshot, PageSnapshot } from './snapshot.ts';

/** A snapshot as a page would give it, with only what a test is about. `seen`: selectors that are visible, with their texts. */
export function madeSnapshot(
  part: Partial<Omit<FrameSnapshot, 'marks'>> & { seen?: Readonly<Record<string, readonly string[]>> } = {},
): PageSnapshot {
  const { seen = {}, ...rest } = part;
  const marks = Object.fromEntries(
    Object.entries(seen).map(([css, texts]) => [css, { present: 1, visible: 1, texts }] as const),
  );
  const plain = {
    url: 'https://meet.example.com/',
    title: '',
    language: 'en',
    since: 0,
    texts: [],
    controls: [],
    counted: [],
    people: [],
    unreadable: [],
  };
  return { frames: [{ ...plain, ...rest, marks }] };
}
