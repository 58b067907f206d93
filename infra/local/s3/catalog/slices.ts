import type { DatabaseSync } from 'node:sqlite';
import type { Slice } from '../blob-store.ts';

/** Which pieces of which blobs every object and every part is made of. */
export function sliceTable(database: DatabaseSync) {
  const insert = database.prepare('INSERT INTO slices (owner, seq, blob, start, length) VALUES (?, ?, ?, ?, ?)');
  const select = database.prepare('SELECT blob, start, length FROM slices WHERE owner = ? ORDER BY seq');
  const remove = database.prepare('DELETE FROM slices WHERE owner = ? RETURNING blob');
  const isUsed = database.prepare('SELECT 1 FROM slices WHERE blob = ? LIMIT 1');
  const blobs = database.prepare('SELECT DISTINCT blob FROM slices');
  return {
    of: (owner: string): Slice[] => select.all(owner) as unknown as Slice[],
    put(owner: string, slices: readonly Slice[]): void {
      for (const [seq, { blob, start, length }] of slices.entries()) insert.run(owner, seq, blob, start, length);
    },
    /** Drops an owner's slices; gives the blobs it had. */
    drop: (owner: string): string[] => (remove.all(owner) as unknown as { blob: string }[]).map(({ blob }) => blob),
    unused: (candidates: Iterable<string>): string[] =>
      [...new Set(candidates)].filter((blob) => isUsed.get(blob) === undefined),
    allBlobs: (): Set<string> => new Set((blobs.all() as unknown as { blob: string }[]).map(({ blob }) => blob)),
  };
}
export type SliceTable = ReturnType<typeof sliceTable>;
