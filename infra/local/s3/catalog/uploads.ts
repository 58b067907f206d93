import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Slice } from '../blob-store.ts';
import type { Checksum, ChecksumAlgorithm } from '../body/checksums.ts';
import type { SliceTable } from './slices.ts';

/** A multipart upload that is neither completed nor aborted. */
export interface UploadRecord {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  /** Milliseconds since the Unix epoch. */
  readonly created: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly algorithm: ChecksumAlgorithm | undefined;
}

/** A part of such an upload. */
export interface PartRecord {
  readonly number: number;
  readonly id: string;
  /** Bytes. */
  readonly size: number;
  /** MD5 in hex, without quotes. */
  readonly etag: string;
  readonly modified: number;
  readonly checksum: Checksum | undefined;
}

interface UploadRow extends Omit<UploadRecord, 'headers' | 'algorithm'> {
  readonly headers: string;
  readonly algorithm: ChecksumAlgorithm | null;
}
interface PartRow extends Omit<PartRecord, 'checksum'> {
  readonly checksum: string | null;
}

const uploadFromRow = ({ headers, algorithm, ...rest }: UploadRow): UploadRecord => ({
  ...rest,
  headers: JSON.parse(headers),
  algorithm: algorithm ?? undefined,
});
const partFromRow = ({ number, id, size, etag, modified, checksum }: PartRow): PartRecord => ({
  number,
  id,
  size,
  etag,
  modified,
  checksum: checksum === null ? undefined : JSON.parse(checksum),
});

/** Multipart uploads in progress and their parts. Calls that write run inside the caller's transaction. */
export function uploadTable(database: DatabaseSync, slices: SliceTable) {
  const insert = database.prepare(
    'INSERT INTO uploads (id, bucket, key, created, headers, algorithm) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const select = database.prepare('SELECT * FROM uploads WHERE id = ? AND bucket = ? AND key = ?');
  const page = database.prepare(
    'SELECT * FROM uploads WHERE bucket = ? AND key >= ? AND (key, id) > (?, ?) ORDER BY key, id LIMIT ?',
  );
  const remove = database.prepare('DELETE FROM uploads WHERE id = ?');
  const insertPart = database.prepare(
    'INSERT INTO parts (upload, number, id, size, etag, modified, checksum) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const removePart = database.prepare('DELETE FROM parts WHERE upload = ? AND number = ? RETURNING id');
  const selectParts = database.prepare('SELECT * FROM parts WHERE upload = ? AND number > ? ORDER BY number LIMIT ?');
  const removeParts = database.prepare('DELETE FROM parts WHERE upload = ? RETURNING id');
  return {
    create({ id, bucket, key, created, headers, algorithm }: UploadRecord): void {
      insert.run(id, bucket, key, created, JSON.stringify(headers), algorithm ?? null);
    },
    get(id: string, bucket: string, key: string): UploadRecord | undefined {
      const row = select.get(id, bucket, key);
      return row === undefined ? undefined : uploadFromRow(row as unknown as UploadRow);
    },
    /** Uploads with `key >= from` that come after (afterKey, afterId), in that order. */
    page: (bucket: string, range: { from: string; afterKey: string; afterId: string; limit: number }): UploadRecord[] =>
      (page.all(bucket, range.from, range.afterKey, range.afterId, range.limit) as unknown as UploadRow[]).map(
        uploadFromRow,
      ),
    /** Puts a part in the place of the one of that number; gives the blobs of the one replaced. */
    putPart(upload: string, part: Omit<PartRecord, 'id'>, content: readonly Slice[]): string[] {
      const replaced = removePart.get(upload, part.number) as { id: string } | undefined;
      const id = randomUUID();
      const stored = part.checksum === undefined ? null : JSON.stringify(part.checksum);
      insertPart.run(upload, part.number, id, part.size, part.etag, part.modified, stored);
      slices.put(id, content);
      return replaced === undefined ? [] : slices.drop(replaced.id);
    },
    parts: (upload: string, after = 0, limit = 10_001): PartRecord[] =>
      (selectParts.all(upload, after, limit) as unknown as PartRow[]).map(partFromRow),
    /** Removes an upload with its parts; gives the blobs they had. */
    drop(upload: string): string[] {
      remove.run(upload);
      return (removeParts.all(upload) as unknown as { id: string }[]).flatMap(({ id }) => slices.drop(id));
    },
  };
}
export type UploadTable = ReturnType<typeof uploadTable>;
