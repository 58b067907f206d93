import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { S3Error } from '../errors.ts';
import { crc32c, crc64nvme, type RunningChecksum } from './crc.ts';

/** The checksum algorithms of S3 that this endpoint checks. */
export const CHECKSUM_ALGORITHMS = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;
export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];

/** A checksum as S3 stores and returns it: `value` is base64, with "-n" behind it when it is one of n parts' checksums. */
export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly value: string;
  readonly type: 'FULL_OBJECT' | 'COMPOSITE';
}

const HEADER_PREFIX = 'x-amz-checksum-';

function runningCrc32(): RunningChecksum {
  let crc = 0;
  return {
    update(chunk) {
      crc = crc32(chunk, crc);
    },
    digest() {
      const out = Buffer.alloc(4);
      out.writeUInt32BE(crc);
      return out;
    },
  };
}

/** Starts a checksum. */
export function startChecksum(algorithm: ChecksumAlgorithm): RunningChecksum {
  switch (algorithm) {
    case 'CRC32':
      return runningCrc32();
    case 'CRC32C':
      return crc32c();
    case 'CRC64NVME':
      return crc64nvme();
    case 'SHA1':
    case 'SHA256': {
      const hash = createHash(algorithm.toLowerCase());
      return { update: (chunk) => void hash.update(chunk), digest: () => hash.digest() };
    }
  }
}

/** The header that carries a checksum of this algorithm. */
export const checksumHeader = (algorithm: ChecksumAlgorithm): string => HEADER_PREFIX + algorithm.toLowerCase();

/** The XML element that carries a checksum of this algorithm. */
export const checksumElement = (algorithm: ChecksumAlgorithm): string => `Checksum${algorithm}`;

/** @throws S3Error InvalidRequest for a name that is none. */
export function parseChecksumAlgorithm(name: string): ChecksumAlgorithm {
  const found = CHECKSUM_ALGORITHMS.find((each) => each === name.toUpperCase());
  if (found === undefined) {
    throw new S3Error('InvalidRequest', `Checksum algorithm provided is unsupported: ${name}`);
  }
  return found;
}

/**
 * The algorithm of a request, from the names of its headers, or of the trailer it announces.
 * @throws S3Error InvalidRequest when there are several: S3 takes one.
 */
export function announcedChecksum(headerNames: readonly string[], trailer: string | undefined) {
  const named = [...headerNames, ...(trailer === undefined ? [] : trailer.split(',').map((name) => name.trim()))]
    .map((name) => name.toLowerCase())
    .filter((name) => name.startsWith(HEADER_PREFIX) && !/-(type|mode|algorithm)$/.test(name));
  if (named.length > 1) {
    throw new S3Error(
      'InvalidRequest',
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  }
  return named[0] === undefined ? undefined : parseChecksumAlgorithm(named[0].slice(HEADER_PREFIX.length));
}

/** The checksum of an object of several parts: that of the parts' checksums one behind the other, and their number. */
export function compositeChecksum(algorithm: ChecksumAlgorithm, partValues: readonly string[]): Checksum {
  const running = startChecksum(algorithm);
  for (const value of partValues) running.update(Buffer.from(value, 'base64'));
  return { algorithm, value: `${running.digest().toString('base64')}-${partValues.length}`, type: 'COMPOSITE' };
}

/** The ETag of an object of several parts: the MD5 of the parts' MD5s one behind the other, and their number. */
export function compositeEtag(partEtags: readonly string[]): string {
  const hash = createHash('md5');
  for (const etag of partEtags) hash.update(Buffer.from(etag, 'hex'));
  return `${hash.digest('hex')}-${partEtags.length}`;
}
