import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@meetingbot/crds-schema';
import { createS3Store, describeObjectStore } from '@meetingbot/recorder/testing';
import { createS3Endpoint } from './endpoint.ts';

describeObjectStore("the recorder's S3 adapter on the embedded S3", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 's3-contract-'));
  const endpoint = await createS3Endpoint({
    dataDir,
    host: '127.0.0.1',
    port: 0,
    buckets: ['store'],
    log: silentLogger,
  });
  const store = createS3Store({
    bucket: 'store',
    region: 'us-east-1',
    endpoint: endpoint.url,
    pathStyle: true,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  return {
    store,
    async close() {
      store.close();
      await endpoint.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
});
