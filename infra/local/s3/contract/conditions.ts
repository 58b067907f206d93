import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ContractCalls, refusal } from './calls.ts';

/** Conditional requests and ranges. */
export function conditionsContract(calls: () => ContractCalls): void {
  let client: ContractCalls['client'];
  let Bucket: ContractCalls['Bucket'];
  let put: ContractCalls['put'];
  let get: ContractCalls['get'];
  beforeAll(() => {
    ({ client, Bucket, put, get } = calls());
  });

  describe('conditions', () => {
    it('puts with If-None-Match: * only where nothing is', async () => {
      await put('conditions/once', 'first', { IfNoneMatch: '*' });

      expect(await refusal(put('conditions/once', 'second', { IfNoneMatch: '*' }))).toEqual([
        'PreconditionFailed',
        412,
      ]);

      expect((await get('conditions/once')).bytes.toString()).toBe('first');
    });

    it('lets one of many simultaneous conditional puts win', async () => {
      const puts = Array.from({ length: 8 }, (_, n) => put('conditions/race', `${n}`, { IfNoneMatch: '*' }));

      const settled = await Promise.allSettled(puts);

      expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    it('puts with If-Match only on the object named', async () => {
      const { ETag } = await put('conditions/match', 'first');
      await put('conditions/match', 'second', { IfMatch: ETag });

      expect(await refusal(put('conditions/match', 'third', { IfMatch: ETag }))).toEqual(['PreconditionFailed', 412]);
      expect((await refusal(put('conditions/none', 'x', { IfMatch: ETag })))[1]).toBe(404);

      expect((await get('conditions/match')).bytes.toString()).toBe('second');
    });

    it('reads on condition', async () => {
      const { ETag } = await put('conditions/read', 'x');

      expect((await refusal(get('conditions/read', { IfNoneMatch: ETag })))[1]).toBe(304);
      expect((await refusal(get('conditions/read', { IfMatch: '"other"' })))[1]).toBe(412);
    });
  });

  describe('ranges', () => {
    it.each([
      ['bytes=2-4', 'cde', 'bytes 2-4/10'],
      ['bytes=7-', 'hij', 'bytes 7-9/10'],
      ['bytes=-2', 'ij', 'bytes 8-9/10'],
      ['bytes=-99', 'abcdefghij', 'bytes 0-9/10'],
      ['bytes=8-99', 'ij', 'bytes 8-9/10'],
    ])('answers %s with 206 and exactly those bytes', async (Range, text, contentRange) => {
      await put('ranges/letters', 'abcdefghij');

      const { answer, bytes } = await get('ranges/letters', { Range });

      expect(bytes.toString()).toBe(text);
      expect(answer.$metadata.httpStatusCode).toBe(206);
      expect(answer.ContentRange).toBe(contentRange);
      const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'ranges/letters', Range }));
      expect(head.ContentLength).toBe(text.length);
    });

    it('refuses a range behind the end', async () => {
      await put('ranges/letters', 'abcdefghij');

      expect(await refusal(get('ranges/letters', { Range: 'bytes=10-' }))).toEqual(['InvalidRange', 416]);
    });
  });
}
