import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Clock, type Logger, systemClock } from '@meetingbot/crds-schema';
import { BlobStore } from './blob-store.ts';
import { openCatalog } from './catalog/catalog.ts';
import { S3Error } from './errors.ts';
import { checkBucketName } from './operations/buckets.ts';
import type { S3Context } from './operations/context.ts';
import { readS3Request, type S3Reply, type S3Request } from './request.ts';
import { routeS3Request } from './router.ts';
import { xmlDocument } from './xml.ts';

export interface S3EndpointOptions {
  /** Where everything is kept; made when missing, found again at the next start. One endpoint at a time uses it. */
  readonly dataDir: string;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Buckets that are to be there. */
  readonly buckets: readonly string[];
  readonly log: Logger;
  readonly clock?: Clock;
}

export interface S3Endpoint {
  readonly url: string;
  /** Ends all connections and frees the data directory. */
  close(): Promise<void>;
}

/**
 * S3 on this machine's disk, for the embedded stack and for tests: the operations of `router.ts`, in S3's own wire
 * protocol and with S3's own errors.
 *
 * Why not `@20minutes/s3rver` 5.0: it failed 29 of the 44 tests of `contract/` (it refuses the SDK's streamed bodies,
 * ignores If-None-Match, If-Match and checksums, has no ListParts, ListMultipartUploads or AbortMultipartUpload,
 * completes an upload whose parts are missing, too small or out of order), it took 8 s to complete an upload of 200
 * parts of 5 MiB because it copies them (here: 0.06 s), and it writes objects in place, so that a reader or a crash
 * sees half of one.
 *
 * Not here: versions, ACLs, tags, lifecycle rules, encryption, full-object checksums of multipart uploads. Signatures
 * are not verified, but what lists or changes anything must carry one: a page in a browser can't send that header to
 * another origin, so no meeting page can write here.
 *
 * @throws DataDirectoryError, S3Error InvalidBucketName, and node's listen errors (`EADDRINUSE`)
 */
export async function createS3Endpoint(options: S3EndpointOptions): Promise<S3Endpoint> {
  const { dataDir, host, port, buckets, log, clock = systemClock } = options;
  for (const bucket of buckets) checkBucketName(bucket);
  const catalog = openCatalog(dataDir);
  const context: S3Context = { catalog, blobs: new BlobStore(join(dataDir, 'blobs')), clock, log };
  const server = createServer((request, response) => void answer(context, request, response));
  // Uploads over a slow line may take longer than Node's five minutes.
  server.requestTimeout = 0;
  try {
    const swept = context.blobs.sweep(catalog.slices.allBlobs());
    if (swept > 0) log.info({ swept }, 'removed what an interrupted run left half-written');
    for (const name of buckets) catalog.buckets.create({ name, created: clock.now() });
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    catalog.close();
    throw error;
  }
  const address = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      catalog.close();
    },
  };
}

async function answer(context: S3Context, http: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader('x-amz-request-id', randomBytes(8).toString('hex').toUpperCase());
  response.setHeader('Server', 'MeetingBotLocalS3');
  try {
    const request = readS3Request(http);
    const operation = routeS3Request(request);
    requireSigned(request);
    await send(response, await operation(context, request));
  } catch (error) {
    if (response.headersSent || http.destroyed || !(error instanceof S3Error)) {
      context.log.error({ err: error, method: http.method, url: http.url }, 'an S3 request could not be answered');
    }
    if (response.headersSent) response.destroy();
    else await send(response, errorReply(error, http)).catch(() => response.destroy());
    // The rest of a refused body is not wanted; without this the client would wait to send it.
    http.resume();
  }
}

function requireSigned(request: S3Request): void {
  const reading = request.key !== '' && ['GET', 'HEAD'].includes(request.method);
  if (!reading && request.header('authorization') === undefined) {
    throw new S3Error('AccessDenied', 'Access Denied');
  }
}

async function send(response: ServerResponse, { status, headers = {}, body }: S3Reply): Promise<void> {
  if (body === undefined || typeof body === 'string') {
    const text = body ?? '';
    const type = text === '' ? {} : { 'Content-Type': 'application/xml' };
    response.writeHead(status, { 'Content-Length': Buffer.byteLength(text), ...type, ...headers });
    response.end(response.req.method === 'HEAD' ? '' : text);
    return;
  }
  response.writeHead(status, headers);
  await pipeline(body, response);
}

function errorReply(error: unknown, http: IncomingMessage): S3Reply {
  const known =
    error instanceof S3Error
      ? error
      : new S3Error('InternalError', 'We encountered an internal error. Please try again.');
  const body = xmlDocument(
    'Error',
    { Code: known.code, Message: known.message, ...known.fields, Resource: http.url ?? '' },
    { namespace: false },
  );
  return { status: known.status, body };
}
