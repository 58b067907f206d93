import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Slice } from '../blob-store.ts';
import type { Checksum } from '../body/checksums.ts';
import type { SliceTable } from './slices.ts';

/** An object as the catalog knows it. */
export interface ObjectRecord {
  readonly bucket: string;
  readonly key: string;
  readonly id: string;
  /** Bytes. */
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  /** Milliseconds since the Unix epoch. */
  readonly modified: number;
  /** Content-Type, x-amz-meta-* and the like. */
  readonly headers: Readonly<Record<string, string>>;
  readonly checksum: Checksum | undefined;
}

interface Row extends Omit<ObjectRecord, 'headers' | 'checksum'> {
  readonly headers: string;
  readonly checksum: string | null;
}

const fromRow = ({ headers, checksum, ...rest }: Row): ObjectRecord => ({
  ...rest,
  headers: JSON.parse(headers),
  checksum: checksum === null ? undefined : JSON.parse(checksum),
});

/** The objects of all buckets. Calls that write run inside the caller's transaction. */
export function objectTable(database: DatabaseSync, slices: SliceTable) {
  const select = database.prepare('SELECT * FROM objects WHERE bucket = ? AND key = ?');
  const insert = database.prepare(
    'INSERT INTO objects (bucket, key, id, size, etag, modified, headers, checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const remove = database.prepare('DELETE FROM objects WHERE bucket = ? AND key = ? RETURNING id');
  const page = database.prepare('SELECT * FROM objects WHERE bucket = ? AND key >= ? AND key > ? ORDER BY key LIMIT ?');

  function drop(bucket: string, key: string): string[] {
    const removed = remove.get(bucket, key) as { id: string } | undefined;
    return removed === undefined ? [] : slices.drop(removed.id);
  }
  return {
    get(bucket: string, key: string): ObjectRecord | undefined {
      const row = select.get(bucket, key);
      return row === undefined ? undefined : fromRow(row as unknown as Row);
    },
    /** Puts an object in the place of what was there; gives the blobs of the one replaced. */
    put(object: Omit<ObjectRecord, 'id'>, content: readonly Slice[]): string[] {
      const { bucket, key, size, etag, modified, headers, checksum } = object;
      const replaced = drop(bucket, key);
      const id = randomUUID();
      const stored = checksum === undefined ? null : JSON.stringify(checksum);
      insert.run(bucket, key, id, size, etag, modified, JSON.stringify(headers), stored);
      slices.put(id, content);
      return replaced;
    },
    /** Removes an object, if it is there; gives the blobs it had. */
    drop,
    /** Objects with `key >= from` and `key > after`, in order of their keys. */
    page: (bucket: string, range: { from: string; after: string; limit: number }): ObjectRecord[] =>
      (page.all(bucket, range.from, range.after, range.limit) as unknown as Row[]).map(fromRow),
  };
}
export type ObjectTable = ReturnType<typeof objectTable>;
