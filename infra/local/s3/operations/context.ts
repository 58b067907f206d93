import type { Clock, Logger } from '@meetingbot/crds-schema';
import type { BlobStore, Slice } from '../blob-store.ts';
import { type Checksum, checksumHeader } from '../body/checksums.ts';
import { type ReceivedBody, receiveBody } from '../body/receive.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { ObjectRecord } from '../catalog/objects.ts';
import { noSuchBucket, noSuchKey, S3Error } from '../errors.ts';
import type { S3Reply, S3Request } from '../request.ts';

/** What every operation is handed. */
export interface S3Context {
  readonly catalog: Catalog;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly log: Logger;
}

/** One operation of S3. */
export type Operation = (context: S3Context, request: S3Request) => S3Reply | Promise<S3Reply>;

/** Smallest part but the last, in bytes. */
export const MIN_PART = 5 * 1024 ** 2;
/** Largest part number. */
export const MAX_PARTS = 10_000;

/** @throws S3Error NoSuchBucket */
export function requireBucket({ catalog }: S3Context, bucket: string): void {
  if (!catalog.buckets.has(bucket)) throw noSuchBucket(bucket);
}

/** @throws S3Error NoSuchBucket, NoSuchKey */
export function requireObject(context: S3Context, bucket: string, key: string): ObjectRecord {
  requireBucket(context, bucket);
  const object = context.catalog.objects.get(bucket, key);
  if (object === undefined) throw noSuchKey(key);
  return object;
}

/** An ETag as it stands in headers and XML. */
export const quoted = (etag: string): string => `"${etag}"`;
/** An ETag as clients may send it, bare. */
export const unquoted = (etag: string): string => etag.trim().replace(/^"(.*)"$/, '$1');

/** The headers that tell a checksum; none when there is none. */
export const checksumHeaders = (checksum: Checksum | undefined): Record<string, string> =>
  checksum === undefined
    ? {}
    : { [checksumHeader(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type };

/** Streams a request's body to the disk; when it is not whole or not as announced, nothing of it is kept. */
export async function storeBody(
  { blobs }: S3Context,
  request: S3Request,
): Promise<ReceivedBody & { readonly blob: string; readonly slices: readonly Slice[] }> {
  const { blob, sink } = blobs.create();
  try {
    const received = await receiveBody(request, sink);
    const slices = received.size === 0 ? [] : [{ blob, start: 0, length: received.size }];
    return { ...received, blob, slices };
  } catch (error) {
    await blobs.remove([blob]);
    throw error;
  }
}

/**
 * Commits `work` and removes the blobs that nothing refers to any more: those it replaced (its result), and
 * `stored` when it throws.
 */
export async function commit(
  { catalog, blobs }: S3Context,
  stored: readonly string[],
  work: () => readonly string[],
): Promise<void> {
  let candidates = stored;
  try {
    candidates = [...stored, ...catalog.atomically(work)];
  } finally {
    await blobs.remove(catalog.slices.unused(candidates));
  }
}

/**
 * The conditions of a write: `If-None-Match: *` (only if the key is free) and `If-Match` (only if it is that object).
 * To be called in the transaction that writes.
 * @throws S3Error PreconditionFailed, NoSuchKey, NotImplemented
 */
export function checkWriteConditions(request: S3Request, existing: ObjectRecord | undefined): void {
  const noneMatch = request.header('if-none-match');
  const match = request.header('if-match');
  if (noneMatch !== undefined && noneMatch !== '*') {
    throw new S3Error('NotImplemented', 'If-None-Match takes nothing but * on a write', { Header: 'If-None-Match' });
  }
  if (noneMatch !== undefined && existing !== undefined) throw preconditionFailed('If-None-Match');
  if (match === undefined) return;
  if (existing === undefined) throw noSuchKey(request.key);
  if (match !== '*' && unquoted(match) !== existing.etag) throw preconditionFailed('If-Match');
}

/** The error for a condition that does not hold. */
export const preconditionFailed = (condition: string): S3Error =>
  new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
    Condition: condition,
  });
