import { TABLE_SCHEMA } from '@meetingbot/controller';
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { StackConfig } from './config.ts';

/** Longer than any meeting and the time to salvage it: a younger upload is somebody's recording. Days. */
const ABORT_UPLOADS_AFTER = 7;

/** All that is durable: the Meetings, the recordings, and the key of both. Everything stays when the stack goes. */
export class DataStores extends Construct {
  readonly key: kms.Key;
  readonly table: dynamodb.Table;
  readonly recordings: s3.Bucket;
  readonly accessLogs: s3.Bucket;

  constructor(scope: Construct, config: StackConfig) {
    super(scope, 'Data');
    this.key = new kms.Key(this, 'Key', {
      alias: config.name,
      description: 'Meetings, recordings, secrets and alarms of Meeting Bot',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    // Services that publish to the encrypted topic, for this account's resources only.
    this.key.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: ['cloudwatch', 'budgets', 'aps'].map(
          (service) => new iam.ServicePrincipal(`${service}.amazonaws.com`),
        ),
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': config.account } },
      }),
    );
    this.table = this.#table(config);
    this.accessLogs = this.#accessLogs(config);
    this.recordings = this.#recordings(config);
  }

  /** Keys and indexes are the store's own: what it makes locally and what it gets here can't differ. */
  #table({ name }: StackConfig): dynamodb.Table {
    const { ATTRIBUTES, INDEXES, KEY_SCHEMA } = TABLE_SCHEMA;
    const attribute = (wanted: string | undefined): dynamodb.Attribute => {
      const found = ATTRIBUTES.find(({ AttributeName }) => AttributeName === wanted);
      if (found === undefined) throw new Error(`the table's schema has no attribute ${wanted}`);
      return { name: found.AttributeName, type: found.AttributeType as dynamodb.AttributeType };
    };
    const keys = (schema: typeof KEY_SCHEMA) => ({
      partitionKey: attribute(schema.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName),
      sortKey: attribute(schema.find(({ KeyType }) => KeyType === 'RANGE')?.AttributeName),
    });
    const table = new dynamodb.Table(this, 'Table', {
      tableName: name,
      ...keys(KEY_SCHEMA),
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: 35 },
      // What carries `expiresAt` goes by itself; a Meeting doesn't carry it, the controller ends those.
      timeToLiveAttribute: 'expiresAt',
      encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: this.key,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    for (const { IndexName, KeySchema } of INDEXES) {
      table.addGlobalSecondaryIndex({
        indexName: IndexName,
        ...keys(KeySchema),
        projectionType: dynamodb.ProjectionType.KEYS_ONLY,
      });
    }
    return table;
  }

  /** Of the load balancer and of the bucket. AES256: neither of the two can write to a bucket with a key of ours. */
  #accessLogs({ account, name, region, retention }: StackConfig): s3.Bucket {
    const bucket = new s3.Bucket(this, 'AccessLogs', {
      bucketName: `${name}-access-logs-${account}-${region}`,
      encryption: s3.BucketEncryption.S3_MANAGED,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      lifecycleRules: [{ id: 'expire', expiration: Duration.days(retention.logDays) }],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'It holds the access logs; logging it into itself would never end.',
    });
    return bucket;
  }

  #recordings({ account, name, region, retention }: StackConfig): s3.Bucket {
    const { archiveAfterDays, classes, overwrittenDays, recordingDays } = retention;
    const noncurrentVersionExpiration = Duration.days(overwrittenDays);
    return new s3.Bucket(this, 'Recordings', {
      bucketName: `${name}-recordings-${account}-${region}`,
      encryption: s3.BucketEncryption.KMS,
      encryptionKey: this.key,
      // One call to KMS for many objects: recorders write a segment every few seconds.
      bucketKeyEnabled: true,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      serverAccessLogsBucket: this.accessLogs as s3.IBucket,
      serverAccessLogsPrefix: 's3/',
      lifecycleRules: [
        {
          id: 'uploads',
          abortIncompleteMultipartUploadAfter: Duration.days(ABORT_UPLOADS_AFTER),
          expiredObjectDeleteMarker: true,
          noncurrentVersionExpiration,
        },
        {
          id: 'recordings',
          prefix: 'meetings/',
          expiration: Duration.days(recordingDays),
          ...(archiveAfterDays === undefined
            ? {}
            : {
                transitions: [
                  {
                    storageClass: s3.StorageClass.GLACIER_INSTANT_RETRIEVAL,
                    transitionAfter: Duration.days(archiveAfterDays),
                  },
                ],
                // A segment lives for minutes and is small: only what is large is worth moving.
                objectSizeGreaterThan: 1024 * 1024,
              }),
        },
        ...(archiveAfterDays === undefined
          ? []
          : [
              {
                id: 'small-files',
                prefix: 'meetings/',
                expiration: Duration.days(recordingDays),
                objectSizeLessThan: 1024 * 1024 + 1,
              },
            ]),
        ...classes.map(({ days, namespace }) => ({
          id: `recordings-${namespace}`,
          prefix: `meetings/${namespace}/`,
          expiration: Duration.days(days),
        })),
      ],
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}
