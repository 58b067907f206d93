import { describe, expect, it } from 'vitest';
import { toStoreError } from './s3-errors.ts';

const answer = (name: string, httpStatusCode?: number) =>
  toStoreError(Object.assign(new Error('said S3'), { name, $metadata: { httpStatusCode } }));

describe("S3's answers", () => {
  it.each([
    ['SlowDown', 503],
    ['ThrottlingException', 400],
    ['KMS.ThrottlingException', 400],
    ['InvalidToken', 400],
    ['RequestTimeout', 400],
    ['TimeoutError', undefined],
  ])('%s (%s) is waited for', (name, status) => {
    expect(answer(name, status).code).toBe('Unavailable');
  });

  it.each([
    ['KMS.DisabledException', 400],
    ['KMS.KMSInvalidStateException', 400],
    ['AccessDenied', 403],
    ['UnknownError', 400],
  ])('%s (%s) waits for people', (name, status) => {
    expect(answer(name, status).code).toBe('Refused');
  });

  it.each([
    ['EntityTooSmall', 400],
    ['InvalidPart', 400],
    ['MalformedXML', 400],
    ['InvalidRange', 416],
  ])('%s (%s) will never be taken', (name, status) => {
    expect(answer(name, status).code).toBe('Invalid');
  });
});
