import type { ObjectRecord } from '../catalog/objects.ts';
import { S3Error } from '../errors.ts';
import { numberParameter, type S3Request } from '../request.ts';
import { type XmlFields, xmlDocument } from '../xml.ts';
import { type Operation, quoted, requireBucket, type S3Context } from './context.ts';

/** The last character there is: nothing that begins with a prefix sorts behind the prefix followed by it. */
const LAST = '\u{10ffff}';
const MAX_KEYS = 1000;

/** An object, or the common prefix that stands for all objects below it. */
interface Entry {
  readonly name: string;
  readonly object: ObjectRecord | undefined;
  /** Where to go on behind it. */
  readonly position: string;
}

/** ListObjectsV2, and ListObjects as older tools send it. */
export const listObjects: Operation = (context, request) => {
  const { bucket, query } = request;
  requireBucket(context, bucket);
  const version2 = query.get('list-type') === '2';
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const maxKeys = numberParameter(request, 'max-keys', { fallback: MAX_KEYS, min: 0, max: 2 ** 31 - 1 });
  const token = version2 ? query.get('continuation-token') : null;
  const startAfter = query.get(version2 ? 'start-after' : 'marker') ?? '';
  const after = token === null ? afterMarker(startAfter, version2 ? '' : delimiter) : decodeToken(token);
  const limit = Math.min(maxKeys, MAX_KEYS);
  const entries = limit === 0 ? [] : walk(context, bucket, { prefix, delimiter, after, count: limit + 1 });
  const shown = entries.slice(0, limit);
  const last = shown.length < entries.length ? shown.at(-1) : undefined;
  const encode = keyEncoder(request);
  const position: XmlFields = version2
    ? {
        KeyCount: shown.length,
        ContinuationToken: token ?? undefined,
        NextContinuationToken: last === undefined ? undefined : encodeToken(last.position),
        StartAfter: startAfter === '' ? undefined : encode(startAfter),
      }
    : {
        Marker: encode(startAfter),
        NextMarker: delimiter === '' || last === undefined ? undefined : encode(last.name),
      };
  const body = xmlDocument('ListBucketResult', {
    Name: bucket,
    Prefix: encode(prefix),
    ...position,
    MaxKeys: maxKeys,
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    EncodingType: query.get('encoding-type') ?? undefined,
    IsTruncated: last !== undefined,
    Contents: shown.flatMap(({ object }) => (object === undefined ? [] : [contentFields(object, encode)])),
    CommonPrefixes: shown.flatMap(({ name, object }) => (object === undefined ? [{ Prefix: encode(name) }] : [])),
  });
  return { status: 200, body };
};

/** The first `count` entries, leaping over what a common prefix stands for. */
function walk(
  { catalog }: S3Context,
  bucket: string,
  { prefix, delimiter, after, count }: { prefix: string; delimiter: string; after: string; count: number },
): Entry[] {
  const entries: Entry[] = [];
  // With a delimiter most of a page may be leapt over.
  const limit = delimiter === '' ? count : Math.min(count, 64);
  let position = after;
  for (let more = true; more; ) {
    const page = catalog.objects.page(bucket, { from: prefix, after: position, limit });
    more = page.length === limit;
    for (const object of page) {
      if (!object.key.startsWith(prefix) || entries.length === count) return entries;
      const at = delimiter === '' ? -1 : object.key.indexOf(delimiter, prefix.length);
      const name = at === -1 ? object.key : object.key.slice(0, at + delimiter.length);
      position = at === -1 ? name : name + LAST;
      entries.push({ name, object: at === -1 ? object : undefined, position });
      if (at !== -1) {
        more = true;
        break;
      }
    }
  }
  return entries;
}

/** A marker that is itself a common prefix stands for everything below it. */
const afterMarker = (marker: string, delimiter: string): string =>
  delimiter !== '' && marker.endsWith(delimiter) ? marker + LAST : marker;

function contentFields(
  { key, modified, etag, size, checksum }: ObjectRecord,
  encode: (key: string) => string,
): XmlFields {
  return {
    Key: encode(key),
    LastModified: new Date(modified).toISOString(),
    ETag: quoted(etag),
    ChecksumAlgorithm: checksum?.algorithm,
    ChecksumType: checksum?.type,
    Size: size,
    StorageClass: 'STANDARD',
  };
}

/** @throws S3Error InvalidArgument for an encoding other than `url` */
function keyEncoder(request: S3Request): (key: string) => string {
  const encoding = request.query.get('encoding-type');
  if (encoding !== null && encoding !== 'url') {
    throw new S3Error('InvalidArgument', 'Invalid Encoding Method specified in Request', {
      ArgumentName: 'encoding-type',
      ArgumentValue: encoding,
    });
  }
  return encoding === 'url' ? (key) => encodeURIComponent(key).replaceAll('%2F', '/') : (key) => key;
}

const TOKEN_MARK = 'after:';
const encodeToken = (after: string): string => Buffer.from(TOKEN_MARK + after).toString('base64url');

function decodeToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString('utf8');
  if (!text.startsWith(TOKEN_MARK)) {
    throw new S3Error('InvalidArgument', 'The continuation token provided is incorrect', {
      ArgumentName: 'continuation-token',
    });
  }
  return text.slice(TOKEN_MARK.length);
}
