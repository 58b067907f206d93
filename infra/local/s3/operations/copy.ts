import { createHash } from 'node:crypto';
import { cut } from '../blob-store.ts';
import type { ObjectRecord } from '../catalog/objects.ts';
import { S3Error } from '../errors.ts';
import { type S3Request, storedHeaders } from '../request.ts';
import { xmlDocument } from '../xml.ts';
import {
  checkWriteConditions,
  commit,
  MIN_PART,
  type Operation,
  quoted,
  requireObject,
  type S3Context,
} from './context.ts';
import { partNumber, requireUpload } from './multipart.ts';
import { type ByteRange, parseRange } from './range.ts';

/** CopyObject: the copy refers to the same bytes on the disk, which are read once, for its ETag. */
export const copyObject: Operation = async (context, request) => {
  const { catalog, clock } = context;
  const { bucket, key } = request;
  const source = copySource(context, request);
  const replace = request.header('x-amz-metadata-directive') === 'REPLACE';
  if (source.bucket === bucket && source.key === key && !replace) {
    throw new S3Error(
      'InvalidRequest',
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
  const headers = replace ? storedHeaders(request) : source.headers;
  const slices = catalog.slices.of(source.id);
  const etag = await md5OfRange(context, source, { start: 0, end: source.size - 1 });
  const modified = clock.now();
  await commit(context, [], () => {
    requireUnchanged(context, source);
    checkWriteConditions(request, catalog.objects.get(bucket, key));
    return catalog.objects.put(
      { bucket, key, size: source.size, etag, modified, headers, checksum: undefined },
      slices,
    );
  });
  return { status: 200, body: copyResult('CopyObjectResult', etag, modified) };
};

/** UploadPartCopy: a part made of bytes of an object, likewise without copying them. */
export const uploadPartCopy: Operation = async (context, request) => {
  const { catalog, clock } = context;
  const upload = requireUpload(context, request);
  const number = partNumber(request);
  const source = copySource(context, request);
  const range = copyRange(request, source);
  const etag = await md5OfRange(context, source, range);
  const slices = cut(catalog.slices.of(source.id), range.start, range.end);
  const modified = clock.now();
  await commit(context, [], () => {
    requireUnchanged(context, source);
    requireUpload(context, request);
    const part = { number, size: range.end - range.start + 1, etag, modified, checksum: undefined };
    return catalog.uploads.putPart(upload.id, part, slices);
  });
  return { status: 200, body: copyResult('CopyPartResult', etag, modified) };
};

const copyResult = (root: string, etag: string, modified: number): string =>
  xmlDocument(root, { LastModified: new Date(modified).toISOString(), ETag: quoted(etag) });

/** @throws S3Error InvalidArgument, NoSuchBucket, NoSuchKey */
function copySource(context: S3Context, request: S3Request): ObjectRecord {
  const header = request.header('x-amz-copy-source') ?? '';
  const match = /^\/?([^/]+)\/([^?]+)$/.exec(header);
  const [, bucket = '', key = ''] = match ?? [];
  if (match === null) throw new S3Error('InvalidArgument', 'Copy Source must mention the source bucket and key');
  return requireObject(context, decodeURIComponent(bucket), decodeURIComponent(key));
}

/** @throws S3Error InvalidArgument, InvalidRequest */
function copyRange(request: S3Request, source: ObjectRecord): ByteRange {
  const header = request.header('x-amz-copy-source-range');
  if (header === undefined) return { start: 0, end: source.size - 1 };
  const range = /^bytes=\d+-\d+$/.test(header) ? parseRange(header, source.size) : undefined;
  if (range === undefined || !header.endsWith(`-${range.end}`)) {
    throw new S3Error('InvalidArgument', `Range specified is not valid for source object of size: ${source.size}`, {
      ArgumentName: 'x-amz-copy-source-range',
      ArgumentValue: header,
    });
  }
  if (source.size <= MIN_PART) {
    throw new S3Error('InvalidRequest', 'The specified copy source is not supported as a byte-range copy source');
  }
  return range;
}

async function md5OfRange({ catalog, blobs }: S3Context, source: ObjectRecord, range: ByteRange): Promise<string> {
  const md5 = createHash('md5');
  for await (const chunk of blobs.read(catalog.slices.of(source.id), range.start, range.end)) md5.update(chunk);
  return md5.digest('hex');
}

/** The bytes belong to the source: they may be referred to only while it is there. */
function requireUnchanged(context: S3Context, source: ObjectRecord): void {
  if (requireObject(context, source.bucket, source.key).id !== source.id) {
    throw new S3Error('PreconditionFailed', 'The copy source was replaced while it was read', {
      Condition: 'x-amz-copy-source',
    });
  }
}
