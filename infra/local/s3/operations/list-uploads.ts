import { checksumElement } from '../body/checksums.ts';
import type { UploadRecord } from '../catalog/uploads.ts';
import { S3Error } from '../errors.ts';
import { numberParameter } from '../request.ts';
import { xmlDocument } from '../xml.ts';
import { MAX_PARTS, type Operation, quoted, requireBucket } from './context.ts';
import { requireUpload } from './multipart.ts';

const MAX_PAGE = 1000;

/** ListParts, in order of part numbers. */
export const listParts: Operation = (context, request) => {
  const upload = requireUpload(context, request);
  const after = numberParameter(request, 'part-number-marker', { fallback: 0, min: 0, max: MAX_PARTS });
  const maxParts = numberParameter(request, 'max-parts', { fallback: MAX_PAGE, min: 0, max: 2 ** 31 - 1 });
  const limit = Math.min(maxParts, MAX_PAGE);
  const parts = context.catalog.uploads.parts(upload.id, after, limit + 1);
  const shown = parts.slice(0, limit);
  const body = xmlDocument('ListPartsResult', {
    Bucket: upload.bucket,
    Key: upload.key,
    UploadId: upload.id,
    PartNumberMarker: after,
    NextPartNumberMarker: shown.at(-1)?.number ?? after,
    MaxParts: maxParts,
    IsTruncated: parts.length > shown.length,
    StorageClass: 'STANDARD',
    ChecksumAlgorithm: upload.algorithm,
    ChecksumType: upload.algorithm === undefined ? undefined : 'COMPOSITE',
    Part: shown.map(({ number, modified, etag, size, checksum }) => ({
      PartNumber: number,
      LastModified: new Date(modified).toISOString(),
      ETag: quoted(etag),
      Size: size,
      ...(checksum === undefined ? {} : { [checksumElement(checksum.algorithm)]: checksum.value }),
    })),
  });
  return { status: 200, body };
};

/** ListMultipartUploads, in order of keys, with a prefix; without a delimiter. */
export const listMultipartUploads: Operation = (context, request) => {
  const { bucket, query } = request;
  requireBucket(context, bucket);
  if (query.has('delimiter')) throw new S3Error('NotImplemented', 'ListMultipartUploads takes no delimiter here');
  const prefix = query.get('prefix') ?? '';
  const keyMarker = query.get('key-marker') ?? '';
  const idMarker = query.get('upload-id-marker') ?? '';
  const maxUploads = numberParameter(request, 'max-uploads', { fallback: MAX_PAGE, min: 1, max: MAX_PAGE });
  // Without an upload id the marker means: behind all uploads of that key.
  const afterId = keyMarker !== '' && idMarker === '' ? '\u{10ffff}' : idMarker;
  const range = { from: prefix, afterKey: keyMarker, afterId, limit: maxUploads + 1 };
  const uploads = context.catalog.uploads.page(bucket, range).filter(({ key }) => key.startsWith(prefix));
  const shown = uploads.slice(0, maxUploads);
  const truncated = uploads.length > shown.length;
  const body = xmlDocument('ListMultipartUploadsResult', {
    Bucket: bucket,
    KeyMarker: keyMarker,
    UploadIdMarker: idMarker,
    NextKeyMarker: truncated ? shown.at(-1)?.key : undefined,
    NextUploadIdMarker: truncated ? shown.at(-1)?.id : undefined,
    Prefix: prefix,
    MaxUploads: maxUploads,
    IsTruncated: truncated,
    Upload: shown.map(uploadFields),
  });
  return { status: 200, body };
};

const uploadFields = ({ key, id, created, algorithm }: UploadRecord) => ({
  Key: key,
  UploadId: id,
  StorageClass: 'STANDARD',
  Initiated: new Date(created).toISOString(),
  ChecksumAlgorithm: algorithm,
  ChecksumType: algorithm === undefined ? undefined : 'COMPOSITE',
});
