import type { ObjectRecord } from '../catalog/objects.ts';
import { noSuchBucket } from '../errors.ts';
import { type S3Request, storedHeaders } from '../request.ts';
import {
  checksumHeaders,
  checkWriteConditions,
  commit,
  type Operation,
  preconditionFailed,
  quoted,
  requireBucket,
  requireObject,
  storeBody,
  unquoted,
} from './context.ts';
import { parseRange } from './range.ts';

export const putObject: Operation = async (context, request) => {
  const { catalog, clock } = context;
  const { bucket, key } = request;
  requireBucket(context, bucket);
  const headers = storedHeaders(request);
  const { blob, slices, size, md5, checksum } = await storeBody(context, request);
  await commit(context, [blob], () => {
    if (!catalog.buckets.has(bucket)) throw noSuchBucket(bucket);
    checkWriteConditions(request, catalog.objects.get(bucket, key));
    return catalog.objects.put({ bucket, key, size, etag: md5, modified: clock.now(), headers, checksum }, slices);
  });
  return { status: 200, headers: { ETag: quoted(md5), ...checksumHeaders(checksum) } };
};

/** GET and HEAD of an object, with ranges and conditions. */
export const getObject: Operation = (context, request) => {
  const object = requireObject(context, request.bucket, request.key);
  const validators = { ETag: quoted(object.etag), 'Last-Modified': new Date(object.modified).toUTCString() };
  if (isUnmodified(request, object)) return { status: 304, headers: validators };
  const range = parseRange(request.header('range'), object.size);
  const { start, end } = range ?? { start: 0, end: object.size - 1 };
  const headers = {
    'Content-Type': 'binary/octet-stream',
    ...object.headers,
    ...overriddenHeaders(request),
    ...validators,
    'Accept-Ranges': 'bytes',
    'Content-Length': end - start + 1,
    ...(range === undefined ? {} : { 'Content-Range': `bytes ${start}-${end}/${object.size}` }),
    ...(range === undefined && request.header('x-amz-checksum-mode') === 'ENABLED'
      ? checksumHeaders(object.checksum)
      : {}),
  };
  const status = range === undefined ? 200 : 206;
  if (request.method === 'HEAD') return { status, headers };
  return { status, headers, body: context.blobs.read(context.catalog.slices.of(object.id), start, end) };
};

export const deleteObject: Operation = async (context, { bucket, key }) => {
  requireBucket(context, bucket);
  await commit(context, [], () => context.catalog.objects.drop(bucket, key));
  return { status: 204 };
};

/** `response-content-type=…` and its like in the query replace the object's own headers in the answer. */
function overriddenHeaders(request: S3Request): Record<string, string> {
  const overridden: Record<string, string> = {};
  for (const [name, value] of request.query) {
    if (/^response-(cache-control|content-(disposition|encoding|language|type)|expires)$/.test(name)) {
      overridden[name.slice('response-'.length)] = value;
    }
  }
  return overridden;
}

/**
 * The conditions of a read, in the order of RFC 9110 §13.2.2.
 * @throws S3Error PreconditionFailed
 */
function isUnmodified(request: S3Request, object: ObjectRecord): boolean {
  const names = (header: string) => header.split(',').some((each) => ['*', object.etag].includes(unquoted(each)));
  const isAfter = (date: string) => Math.floor(object.modified / 1000) * 1000 > Date.parse(date);
  const match = request.header('if-match');
  const noneMatch = request.header('if-none-match');
  const unmodifiedSince = request.header('if-unmodified-since');
  const modifiedSince = request.header('if-modified-since');
  if (match !== undefined && !names(match)) throw preconditionFailed('If-Match');
  if (match === undefined && unmodifiedSince !== undefined && isAfter(unmodifiedSince)) {
    throw preconditionFailed('If-Unmodified-Since');
  }
  if (noneMatch !== undefined) return names(noneMatch);
  return modifiedSince !== undefined && !isAfter(modifiedSince);
}
