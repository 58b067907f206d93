import { S3Error } from './errors.ts';
import { createBucket, deleteBucket, getBucketLocation, headBucket, listBuckets } from './operations/buckets.ts';
import { completeMultipartUpload } from './operations/complete-upload.ts';
import type { Operation } from './operations/context.ts';
import { copyObject, uploadPartCopy } from './operations/copy.ts';
import { deleteObjects } from './operations/delete-objects.ts';
import { listObjects } from './operations/list-objects.ts';
import { listMultipartUploads, listParts } from './operations/list-uploads.ts';
import { abortMultipartUpload, createMultipartUpload, uploadPart } from './operations/multipart.ts';
import { deleteObject, getObject, putObject } from './operations/objects.ts';
import type { S3Request } from './request.ts';

/**
 * The operations, by what is addressed, method and sub-resource (the query parameter that makes it another operation;
 * empty: none; `+copy`: with a copy source).
 */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  'service GET ': listBuckets,
  'bucket PUT ': createBucket,
  'bucket HEAD ': headBucket,
  'bucket DELETE ': deleteBucket,
  'bucket GET ': listObjects,
  'bucket GET location': getBucketLocation,
  'bucket GET uploads': listMultipartUploads,
  'bucket POST delete': deleteObjects,
  'object PUT ': putObject,
  'object PUT +copy': copyObject,
  'object GET ': getObject,
  'object HEAD ': getObject,
  'object DELETE ': deleteObject,
  'object POST uploads': createMultipartUpload,
  'object PUT uploadId': uploadPart,
  'object PUT uploadId+copy': uploadPartCopy,
  'object GET uploadId': listParts,
  'object POST uploadId': completeMultipartUpload,
  'object DELETE uploadId': abortMultipartUpload,
};

/** Query parameters that belong to the operations above, or that change nothing. */
const PLAIN_PARAMETERS =
  /^(x-id|x-amz-.*|response-.*|list-type|prefix|delimiter|marker|max-.*|start-after|continuation-token|encoding-type|fetch-owner|key-marker|upload-id-marker|part-number-marker|partNumber)$/i;

/**
 * The operation that a request asks for.
 * @throws S3Error NotImplemented for what S3 has and this endpoint has not; MethodNotAllowed
 */
export function routeS3Request(request: S3Request): Operation {
  const target = request.bucket === '' ? 'service' : request.key === '' ? 'bucket' : 'object';
  const subresources = [...request.query.keys()].filter((name) => !PLAIN_PARAMETERS.test(name));
  const copy = request.header('x-amz-copy-source') === undefined ? '' : '+copy';
  const operation = OPERATIONS[`${target} ${request.method} ${subresources.join('+')}${copy}`];
  // Reading one part of an object by its number would otherwise silently give all of it.
  const wholeForPart = operation === getObject && request.query.has('partNumber');
  if (operation !== undefined && !wholeForPart) return operation;
  if (subresources.length > 0 || wholeForPart) {
    throw new S3Error('NotImplemented', 'A parameter you provided implies functionality that is not implemented', {
      Parameter: wholeForPart ? 'partNumber' : subresources.join(','),
    });
  }
  throw new S3Error('MethodNotAllowed', 'The specified method is not allowed against this resource.', {
    Method: request.method,
  });
}
