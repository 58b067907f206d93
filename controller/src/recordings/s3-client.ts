import { S3Client } from '@aws-sdk/client-s3';
import type { ControllerSettings } from '@meetingbot/crds-schema';

/** The S3 client of the settings: task role unless static keys are given; bounded in connections and time. */
export function createS3Client(settings: ControllerSettings): S3Client {
  const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey, S3_ENDPOINT: endpoint } = settings;
  return new S3Client({
    region: settings.S3_REGION,
    forcePathStyle: settings.S3_USE_MINIO_COMPATIBILITY,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(accessKeyId !== undefined && secretAccessKey !== undefined
      ? { credentials: { accessKeyId, secretAccessKey } }
      : {}),
    ...(settings.S3_USE_MINIO_COMPATIBILITY
      ? { requestChecksumCalculation: 'WHEN_REQUIRED' as const, responseChecksumValidation: 'WHEN_REQUIRED' as const }
      : {}),
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 2000, requestTimeout: 5000 },
  });
}
