import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type Meeting, manifestKey, type RecordingManifest } from '@meetingbot/crds-schema';
import { LOCAL } from '../stack/places.ts';

/** Fetches what a recording left in the embedded S3, as MAF would. */
export class Downloader {
  readonly #client: S3Client;

  constructor(endpoint: string) {
    const { region, accessKeyId, secretAccessKey } = LOCAL;
    this.#client = new S3Client({
      endpoint,
      region,
      forcePathStyle: true,
      credentials: { accessKeyId, secretAccessKey },
    });
  }

  async toFile(bucket: string, key: string, file: string): Promise<void> {
    const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    await pipeline(Body as Readable, createWriteStream(file));
  }

  async manifest(meeting: Meeting): Promise<RecordingManifest> {
    const Key = manifestKey(meeting.metadata);
    const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: LOCAL.bucket, Key }));
    return JSON.parse((await Body?.transformToString()) ?? '') as RecordingManifest;
  }

  close(): void {
    this.#client.destroy();
  }
}
