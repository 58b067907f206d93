import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createS3Store } from './s3-object-store.ts';

const CONFLICT = '<Error><Code>ConditionalRequestConflict</Code><Message>another write</Message></Error>';
let server: Server;
let store: ReturnType<typeof createS3Store>;

beforeEach(async () => {
  server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(409, { 'content-type': 'application/xml' }).end(CONFLICT));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  store = createS3Store({
    ...{ bucket: 'recordings', region: 'eu-central-1', pathStyle: true },
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
});
afterEach(async () => {
  store.close();
  await new Promise((resolve) => server.close(resolve));
});

it('repeats a put that met another conditional write, and begins an upload anew', async () => {
  const put = store.put('a.json', Buffer.from('{}'), { contentType: 'application/json', ifNoneMatch: true });
  await expect(put).rejects.toMatchObject({ code: 'Unavailable' });

  const upload = { key: 'recording.mp4', uploadId: 'u' };
  const completed = store.completeMultipart(upload, [{ partNumber: 1, etag: 'e' }], { ifMatch: 'before' });
  await expect(completed).rejects.toMatchObject({ code: 'NoSuchUpload' });
});
