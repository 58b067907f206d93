import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { S3Error } from './errors.ts';

/** An S3 request with its address taken apart. The body is still to be read from `http`. */
export interface S3Request {
  readonly http: IncomingMessage;
  readonly method: string;
  /** Empty for a request to the service itself. */
  readonly bucket: string;
  /** Empty for a request to a bucket. */
  readonly key: string;
  readonly query: URLSearchParams;
  /** A header by its lower-case name; several of one name are joined by a comma. */
  header(name: string): string | undefined;
}

/** What goes back. A text body is XML unless a content type is given. */
export interface S3Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly body?: string | Readable;
}

const MAX_KEY_BYTES = 1024;

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new S3Error('InvalidArgument', `The address is not percent-encoded UTF-8: ${part}`);
  }
}

/**
 * Takes a request's address apart: `/bucket/key`, or `/key` with the bucket as the first label before `.localhost`.
 * The path is not normalised: `a//b`, `../x` and `.` are keys like any other.
 * @throws S3Error InvalidArgument, KeyTooLongError
 */
export function readS3Request(http: IncomingMessage): S3Request {
  const target = http.url ?? '/';
  const mark = target.indexOf('?');
  const path = (mark === -1 ? target : target.slice(0, mark)).replace(/^\/+/, '');
  const virtualHost = /^([a-z0-9][a-z0-9.-]+)\.localhost(?::\d+)?$/.exec(http.headers.host ?? '')?.[1];
  const slash = virtualHost === undefined ? path.indexOf('/') : -1;
  const rawBucket = virtualHost ?? (slash === -1 ? path : path.slice(0, slash));
  const rawKey = virtualHost === undefined ? (slash === -1 ? '' : path.slice(slash + 1)) : path;
  const key = decode(rawKey);
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) {
    throw new S3Error('KeyTooLongError', 'Your key is too long', { MaxSizeAllowed: MAX_KEY_BYTES });
  }
  return {
    http,
    method: http.method ?? 'GET',
    bucket: decode(rawBucket),
    key,
    query: new URLSearchParams(mark === -1 ? '' : target.slice(mark + 1)),
    header: (name) => {
      const value = http.headers[name];
      return Array.isArray(value) ? value.join(',') : value;
    },
  };
}

/**
 * A whole number from the query.
 * @throws S3Error InvalidArgument outside `min`…`max`
 */
export function numberParameter(
  request: S3Request,
  name: string,
  bounds: { fallback: number; min: number; max: number },
): number {
  const text = request.query.get(name);
  if (text === null || text === '') return bounds.fallback;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < bounds.min || value > bounds.max) {
    throw new S3Error(
      'InvalidArgument',
      `${name} must be a whole number between ${bounds.min} and ${bounds.max}, not ${text}`,
      { ArgumentName: name, ArgumentValue: text },
    );
  }
  return value;
}

const STORED_HEADERS = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
];
const MAX_METADATA_BYTES = 2048;

/**
 * The headers of a request that are kept with the object and given back with it.
 * @throws S3Error MetadataTooLarge above 2 KiB of user metadata
 */
export function storedHeaders(request: S3Request): Record<string, string> {
  const kept: Record<string, string> = {};
  let metadataBytes = 0;
  for (const name of Object.keys(request.http.headers)) {
    const value = request.header(name);
    if (value === undefined) continue;
    if (name.startsWith('x-amz-meta-')) {
      kept[name] = value;
      metadataBytes += name.length - 'x-amz-meta-'.length + Buffer.byteLength(value);
    } else if (STORED_HEADERS.includes(name)) {
      const own = name === 'content-encoding' ? value.replace(/\s*aws-chunked\s*,?\s*/, '') : value;
      if (own !== '') kept[name] = own;
    }
  }
  if (metadataBytes > MAX_METADATA_BYTES) {
    throw new S3Error('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', {
      Size: metadataBytes,
      MaxSizeAllowed: MAX_METADATA_BYTES,
    });
  }
  return kept;
}
