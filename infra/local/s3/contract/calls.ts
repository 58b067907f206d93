import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandInput,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  GetObjectCommand,
  type GetObjectCommandInput,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
  S3ServiceException,
  UploadPartCommand,
} from '@aws-sdk/client-s3';

/** Where the contract's suites run: an SDK client as production makes it and an empty bucket that is there. */
export interface S3ContractTarget {
  readonly client: S3Client;
  readonly bucket: string;
  stop(): Promise<void>;
}

/** A multipart upload as the SDK's commands name it. */
export interface UploadName {
  readonly Bucket: string;
  readonly Key: string;
  readonly UploadId: string | undefined;
}

/** The smallest part but the last, in bytes. */
export const PART = 5 * 1024 ** 2;
/** A buffer of one byte over and over. */
export const filled = (size: number, byte: number): Buffer => Buffer.alloc(size, byte);
export const md5 = (data: Uint8Array): Buffer => createHash('md5').update(data).digest();
/** CRC-32 as S3 writes it. */
export function crc32Base64(data: Uint8Array): string {
  const out = Buffer.alloc(4);
  out.writeUInt32BE(crc32(data));
  return out.toString('base64');
}

/** The code and HTTP status with which a call was refused. */
export async function refusal(promise: Promise<unknown>): Promise<[string, number | undefined]> {
  const error = await promise.then(
    () => new Error('it was not refused'),
    (reason: unknown) => reason,
  );
  return error instanceof S3ServiceException
    ? [error.name, error.$metadata.httpStatusCode]
    : [String(error), undefined];
}

/** The calls that most tests make. */
export function contractCalls({ client, bucket: Bucket }: S3ContractTarget) {
  return {
    client,
    Bucket,
    put: (Key: string, Body: string | Buffer, more: Partial<PutObjectCommandInput> = {}) =>
      client.send(new PutObjectCommand({ Bucket, Key, Body, ContentLength: Body.length, ...more })),
    async get(Key: string, more: Partial<GetObjectCommandInput> = {}) {
      const answer = await client.send(new GetObjectCommand({ Bucket, Key, ...more }));
      const bytes = Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
      return { answer, bytes };
    },
    async create(Key: string, more: Partial<CreateMultipartUploadCommandInput> = {}): Promise<UploadName> {
      const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }));
      return { Bucket, Key, UploadId };
    },
    async part(upload: UploadName, PartNumber: number, Body: Buffer) {
      const { ETag, ChecksumCRC32 } = await client.send(new UploadPartCommand({ ...upload, PartNumber, Body }));
      return { PartNumber, ETag, ChecksumCRC32 };
    },
    complete: (upload: UploadName, Parts: CompletedPart[], more: Partial<CompleteMultipartUploadCommandInput> = {}) =>
      client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts }, ...more })),
  };
}
export type ContractCalls = ReturnType<typeof contractCalls>;
