import { randomBytes } from 'node:crypto';
import { parseChecksumAlgorithm } from '../body/checksums.ts';
import type { UploadRecord } from '../catalog/uploads.ts';
import { noSuchUpload, S3Error } from '../errors.ts';
import { numberParameter, type S3Request, storedHeaders } from '../request.ts';
import { xmlDocument } from '../xml.ts';
import {
  checksumHeaders,
  commit,
  MAX_PARTS,
  type Operation,
  quoted,
  requireBucket,
  type S3Context,
  storeBody,
} from './context.ts';

/** @throws S3Error NoSuchBucket, NoSuchUpload */
export function requireUpload(context: S3Context, { bucket, key, query }: S3Request): UploadRecord {
  requireBucket(context, bucket);
  const uploadId = query.get('uploadId') ?? '';
  const upload = context.catalog.uploads.get(uploadId, bucket, key);
  if (upload === undefined) throw noSuchUpload(uploadId);
  return upload;
}

/** @throws S3Error InvalidArgument outside 1…10 000 */
export const partNumber = (request: S3Request): number =>
  numberParameter(request, 'partNumber', { fallback: 0, min: 1, max: MAX_PARTS });

/**
 * CreateMultipartUpload. Checksums of the type FULL_OBJECT over several parts are not offered, and said so:
 * `x-amz-checksum-type: FULL_OBJECT` and the algorithm CRC64NVME, which has no other type, get NotImplemented.
 */
export const createMultipartUpload: Operation = (context, request) => {
  const { bucket, key, http } = request;
  http.resume();
  requireBucket(context, bucket);
  const named = request.header('x-amz-checksum-algorithm');
  const algorithm = named === undefined ? undefined : parseChecksumAlgorithm(named);
  if (algorithm === 'CRC64NVME' || request.header('x-amz-checksum-type') === 'FULL_OBJECT') {
    throw new S3Error('NotImplemented', 'Full-object checksums of multipart uploads are not implemented here');
  }
  const upload: UploadRecord = {
    id: randomBytes(24).toString('hex'),
    bucket,
    key,
    created: context.clock.now(),
    headers: storedHeaders(request),
    algorithm,
  };
  context.catalog.uploads.create(upload);
  return {
    status: 200,
    headers:
      algorithm === undefined ? {} : { 'x-amz-checksum-algorithm': algorithm, 'x-amz-checksum-type': 'COMPOSITE' },
    body: xmlDocument('InitiateMultipartUploadResult', { Bucket: bucket, Key: key, UploadId: upload.id }),
  };
};

/** UploadPart: parts come in any order, and one that comes again takes the place of the first. */
export const uploadPart: Operation = async (context, request) => {
  const upload = requireUpload(context, request);
  const number = partNumber(request);
  const { blob, slices, size, md5, checksum } = await storeBody(context, request);
  await commit(context, [blob], () => {
    requireUpload(context, request);
    if (upload.algorithm !== undefined && checksum?.algorithm !== upload.algorithm) {
      throw new S3Error(
        'InvalidRequest',
        `Checksum Type mismatch occurred, expected checksum Type: ${upload.algorithm.toLowerCase()}, ` +
          `actual checksum Type: ${checksum?.algorithm.toLowerCase() ?? 'null'}`,
      );
    }
    const part = { number, size, etag: md5, modified: context.clock.now(), checksum };
    return context.catalog.uploads.putPart(upload.id, part, slices);
  });
  return { status: 200, headers: { ETag: quoted(md5), ...checksumHeaders(checksum) } };
};

export const abortMultipartUpload: Operation = async (context, request) => {
  const upload = requireUpload(context, request);
  await commit(context, [], () => context.catalog.uploads.drop(upload.id));
  return { status: 204 };
};
