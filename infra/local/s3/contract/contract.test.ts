import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { silentLogger } from '@meetingbot/crds-schema';
import { createS3Endpoint } from '../endpoint.ts';
import { s3Contract } from './s3-contract.ts';

/** `S3_CONTRACT_ENDPOINT` and `S3_CONTRACT_BUCKET` hold another endpoint against the contract. */
const foreignEndpoint = process.env['S3_CONTRACT_ENDPOINT'];

s3Contract(foreignEndpoint ?? 'the embedded S3', async () => {
  const credentials = {
    accessKeyId: process.env['S3_CONTRACT_KEY_ID'] ?? 'local',
    secretAccessKey: process.env['S3_CONTRACT_SECRET'] ?? 'local',
  };
  const bucket = process.env['S3_CONTRACT_BUCKET'] ?? 'contract';
  const connect = (endpoint: string) =>
    new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials, maxAttempts: 1 });
  if (foreignEndpoint !== undefined) {
    const client = connect(foreignEndpoint);
    return { client, bucket, stop: async () => client.destroy() };
  }
  const dataDir = await mkdtemp(join(tmpdir(), 's3-contract-'));
  const endpoint = await createS3Endpoint({
    dataDir,
    host: '127.0.0.1',
    port: 0,
    buckets: [bucket],
    log: silentLogger,
  });
  const client = connect(endpoint.url);
  return {
    client,
    bucket,
    async stop() {
      client.destroy();
      await endpoint.close();
      await rm(dataDir, { recursive: true });
    },
  };
});
