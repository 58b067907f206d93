import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { type ControllerSettings, SettingsError } from '@meetingbot/crds-schema';
import { awsFailureOf, toControllerError } from '../aws/aws-error.ts';
import { awsClientConfig } from '../aws/client-options.ts';

/** The S3 client of the settings: task role unless static keys are given; bounded in connections and time. */
export function createS3Client(settings: ControllerSettings): S3Client {
  const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey, S3_ENDPOINT: endpoint } = settings;
  const checksums = settings.S3_USE_MINIO_COMPATIBILITY ? 'WHEN_REQUIRED' : 'WHEN_SUPPORTED';
  return new S3Client({
    ...awsClientConfig({
      region: settings.S3_REGION,
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(accessKeyId === undefined || secretAccessKey === undefined
        ? {}
        : { credentials: { accessKeyId, secretAccessKey } }),
    }),
    forcePathStyle: settings.S3_USE_MINIO_COMPATIBILITY,
    requestChecksumCalculation: checksums,
    responseChecksumValidation: checksums,
  });
}

/**
 * Makes sure that the bucket is there before a meeting relies on it.
 * @throws SettingsError when it is not, or may not be used; ControllerError when S3 can't be reached
 */
export async function assertBucket(client: S3Client, bucket: string): Promise<void> {
  try {
    await client.send(new HeadBucketCommand({ Bucket: bucket }));
  } catch (error) {
    const { httpStatus } = awsFailureOf(error);
    if (httpStatus === 404) throw new SettingsError(`settings: S3_BUCKET_NAME: there is no bucket ${bucket}`);
    if (httpStatus === 403) throw new SettingsError(`settings: S3_BUCKET_NAME: access to bucket ${bucket} is denied`);
    if (httpStatus === 301) throw new SettingsError(`settings: S3_REGION: bucket ${bucket} is in another region`);
    throw toControllerError(error, 'HeadBucket');
  }
}
