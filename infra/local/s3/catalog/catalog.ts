import { openDatabase, transaction } from './database.ts';
import { type ObjectTable, objectTable } from './objects.ts';
import { type SliceTable, sliceTable } from './slices.ts';
import { type UploadTable, uploadTable } from './uploads.ts';

/** A bucket. */
export interface BucketRecord {
  readonly name: string;
  /** Milliseconds since the Unix epoch. */
  readonly created: number;
}

/** Everything the endpoint knows, but for the bytes themselves. */
export interface Catalog {
  readonly objects: ObjectTable;
  readonly uploads: UploadTable;
  readonly slices: SliceTable;
  readonly buckets: {
    has(name: string): boolean;
    all(): BucketRecord[];
    /** False when it was there already. */
    create(bucket: BucketRecord): boolean;
    remove(name: string): void;
  };
  /** Runs `work` as one transaction: all of it is kept, or, when it throws, nothing. */
  atomically<T>(work: () => T): T;
  close(): void;
}

/**
 * Opens the catalog in `dataDir`.
 * @throws DataDirectoryError
 */
export function openCatalog(dataDir: string): Catalog {
  const database = openDatabase(dataDir);
  const slices = sliceTable(database);
  const select = database.prepare('SELECT name FROM buckets WHERE name = ?');
  const selectAll = database.prepare('SELECT name, created FROM buckets ORDER BY name');
  const insert = database.prepare('INSERT OR IGNORE INTO buckets (name, created) VALUES (?, ?)');
  const remove = database.prepare('DELETE FROM buckets WHERE name = ?');
  return {
    slices,
    objects: objectTable(database, slices),
    uploads: uploadTable(database, slices),
    buckets: {
      has: (name) => select.get(name) !== undefined,
      all: () => selectAll.all() as unknown as BucketRecord[],
      create: ({ name, created }) => insert.run(name, created).changes === 1,
      remove: (name) => void remove.run(name),
    },
    atomically: (work) => transaction(database, work),
    close: () => database.close(),
  };
}
