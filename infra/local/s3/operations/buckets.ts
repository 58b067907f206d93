import { S3Error } from '../errors.ts';
import { xmlDocument } from '../xml.ts';
import { type Operation, requireBucket, type S3Context } from './context.ts';

/** The region this endpoint says it is in. */
const REGION = 'us-east-1';
const OWNER = { ID: 'local', DisplayName: 'local' };

/** @throws S3Error InvalidBucketName unless it is 3–63 lower-case letters, digits, dots and hyphens. */
export function checkBucketName(name: string): void {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) || name.includes('..')) {
    throw new S3Error('InvalidBucketName', 'The specified bucket is not valid.', { BucketName: name });
  }
}

export const listBuckets: Operation = ({ catalog }) => {
  const buckets = catalog.buckets.all().map(({ name, created }) => ({
    Name: name,
    CreationDate: new Date(created).toISOString(),
  }));
  return { status: 200, body: xmlDocument('ListAllMyBucketsResult', { Owner: OWNER, Buckets: { Bucket: buckets } }) };
};

export const createBucket: Operation = ({ catalog, clock }, { http, bucket }) => {
  http.resume();
  checkBucketName(bucket);
  if (!catalog.buckets.create({ name: bucket, created: clock.now() })) {
    throw new S3Error(
      'BucketAlreadyOwnedByYou',
      'Your previous request to create the named bucket succeeded and you already own it.',
      { BucketName: bucket },
    );
  }
  return { status: 200, headers: { Location: `/${bucket}` } };
};

export const headBucket: Operation = (context, { bucket }) => {
  requireBucket(context, bucket);
  return { status: 200, headers: { 'x-amz-bucket-region': REGION } };
};

export const getBucketLocation: Operation = (context, { bucket }) => {
  requireBucket(context, bucket);
  return { status: 200, body: xmlDocument('LocationConstraint', {}) };
};

export const deleteBucket: Operation = async (context, { bucket }) => {
  requireBucket(context, bucket);
  deleteEmptyBucket(context, bucket);
  return { status: 204 };
};

function deleteEmptyBucket({ catalog }: S3Context, bucket: string): void {
  catalog.atomically(() => {
    const anything =
      catalog.objects.page(bucket, { from: '', after: '', limit: 1 }).length > 0 ||
      catalog.uploads.page(bucket, { from: '', afterKey: '', afterId: '', limit: 1 }).length > 0;
    if (anything) {
      throw new S3Error('BucketNotEmpty', 'The bucket you tried to delete is not empty', { BucketName: bucket });
    }
    catalog.buckets.remove(bucket);
  });
}
