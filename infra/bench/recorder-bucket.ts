import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { LOCAL } from '../local/stack/places.ts';
import { pause } from './recorder-meter.ts';

const POLL_MS = 25;

/** The embedded S3's bucket of recordings. */
export class Bucket {
  readonly client: S3Client;

  constructor(endpoint: string) {
    const { region, accessKeyId, secretAccessKey } = LOCAL;
    const credentials = { accessKeyId, secretAccessKey };
    this.client = new S3Client({ endpoint, region, forcePathStyle: true, credentials });
  }

  /** Keys below a prefix, the first thousand. */
  async keys(prefix: string): Promise<string[]> {
    const { Contents = [] } = await this.client.send(
      new ListObjectsV2Command({ Bucket: LOCAL.bucket, Prefix: prefix }),
    );
    return Contents.flatMap(({ Key }) => (Key === undefined ? [] : [Key])).sort();
  }

  /** Waits until an object is there. @returns when it was seen first, milliseconds since the epoch */
  async whenThere(key: string, limitMs: number, signal: AbortSignal): Promise<number> {
    const deadline = performance.now() + limitMs;
    while (performance.now() < deadline) {
      const head = this.client.send(new HeadObjectCommand({ Bucket: LOCAL.bucket, Key: key }));
      const isThere = await head.then(
        () => true,
        () => false,
      );
      if (isThere) return Date.now();
      await pause(POLL_MS, signal);
    }
    throw new Error(`${key} is not in S3 after ${limitMs / 1000} s`);
  }

  async json<T>(key: string): Promise<T> {
    const { Body } = await this.client.send(new GetObjectCommand({ Bucket: LOCAL.bucket, Key: key }));
    return JSON.parse((await Body?.transformToString()) ?? '') as T;
  }

  /** Writes objects to a file, one behind the other. */
  async toFile(keys: readonly string[], file: string): Promise<void> {
    for (const [index, Key] of keys.entries()) {
      const { Body } = await this.client.send(new GetObjectCommand({ Bucket: LOCAL.bucket, Key }));
      await pipeline(Body as Readable, createWriteStream(file, { flags: index === 0 ? 'w' : 'a' }));
    }
  }

  close(): void {
    this.client.destroy();
  }
}
