import { createHash } from 'node:crypto';
import { Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { S3Error } from '../errors.ts';
import type { S3Request } from '../request.ts';
import { AwsChunkedDecoder } from './aws-chunked.ts';
import {
  announcedChecksum,
  type Checksum,
  type ChecksumAlgorithm,
  checksumHeader,
  startChecksum,
} from './checksums.ts';

/** What a body turned out to be, once all of it was received and found whole. */
export interface ReceivedBody {
  readonly size: number;
  /** MD5 in hex. */
  readonly md5: string;
  /** The checksum the client sent, verified. */
  readonly checksum: Checksum | undefined;
}

/** Largest body of one request: S3's bound for an object put at once and for a part, 5 GiB. */
const MAX_BODY = 5 * 1024 ** 3;

/** What the client said its body would be. */
interface Announced {
  readonly chunked: boolean;
  readonly length: number;
  readonly md5: string | undefined;
  readonly sha256: string | undefined;
  readonly algorithm: ChecksumAlgorithm | undefined;
}

function readAnnouncement(request: S3Request): Announced {
  const contentSha256 = request.header('x-amz-content-sha256');
  const chunked = contentSha256?.startsWith('STREAMING-') ?? false;
  const lengthText = request.header(chunked ? 'x-amz-decoded-content-length' : 'content-length');
  if (lengthText === undefined || !/^\d+$/.test(lengthText)) {
    throw new S3Error('MissingContentLength', 'You must provide the Content-Length HTTP header.');
  }
  const length = Number(lengthText);
  if (length > MAX_BODY) {
    throw new S3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
      ProposedSize: length,
      MaxSizeAllowed: MAX_BODY,
    });
  }
  const md5 = request.header('content-md5');
  if (md5 !== undefined && Buffer.from(md5, 'base64').length !== 16) {
    throw new S3Error('InvalidDigest', 'The Content-MD5 you specified was invalid.', { 'Content-MD5': md5 });
  }
  return {
    chunked,
    length,
    md5,
    sha256: /^[0-9a-f]{64}$/.test(contentSha256 ?? '') ? contentSha256 : undefined,
    algorithm: announcedChecksum(Object.keys(request.http.headers), request.header('x-amz-trailer')),
  };
}

/**
 * Streams a request's body into `sink` and checks it on the way: length, Content-MD5, signed SHA-256 and
 * x-amz-checksum-* (header or trailer). Memory use does not depend on the length. When it throws, what reached
 * the sink is to be thrown away.
 * @throws S3Error MissingContentLength, EntityTooLarge, IncompleteBody, BadDigest, InvalidDigest,
 *   InvalidRequest, XAmzContentSHA256Mismatch; a stream error when the client goes away.
 */
export async function receiveBody(request: S3Request, sink: Writable): Promise<ReceivedBody> {
  const announced = readAnnouncement(request);
  const md5 = createHash('md5');
  const sha256 = announced.sha256 === undefined ? undefined : createHash('sha256');
  const running = announced.algorithm === undefined ? undefined : startChecksum(announced.algorithm);
  let size = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, callback) {
      size += chunk.length;
      md5.update(chunk);
      sha256?.update(chunk);
      running?.update(chunk);
      callback(size > announced.length ? lengthMismatch() : null, chunk);
    },
  });
  const decoder = new AwsChunkedDecoder();
  await (announced.chunked ? pipeline(request.http, decoder, meter, sink) : pipeline(request.http, meter, sink));

  if (size !== announced.length) throw lengthMismatch();
  const digest = md5.digest();
  if (announced.md5 !== undefined && digest.toString('base64') !== announced.md5) {
    throw new S3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
  if (sha256 !== undefined && sha256.digest('hex') !== announced.sha256) {
    throw new S3Error(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  }
  return {
    size,
    md5: digest.toString('hex'),
    checksum: checkAlgorithm(request, announced.algorithm, decoder.trailers, running?.digest().toString('base64')),
  };
}

function checkAlgorithm(
  request: S3Request,
  algorithm: ChecksumAlgorithm | undefined,
  trailers: ReadonlyMap<string, string>,
  computed: string | undefined,
): Checksum | undefined {
  if (algorithm === undefined || computed === undefined) return undefined;
  const header = checksumHeader(algorithm);
  const sent = request.header(header) ?? trailers.get(header);
  if (sent === undefined) throw new S3Error('IncompleteBody', `The announced trailer ${header} is missing`);
  if (sent !== computed) {
    throw new S3Error('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
  }
  return { algorithm, value: computed, type: 'FULL_OBJECT' };
}

const lengthMismatch = () =>
  new S3Error('IncompleteBody', 'You did not provide the number of bytes specified by the Content-Length HTTP header');
