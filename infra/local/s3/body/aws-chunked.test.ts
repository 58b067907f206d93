import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { AwsChunkedDecoder } from './aws-chunked.ts';

async function decode(pieces: readonly Buffer[]) {
  const decoder = new AwsChunkedDecoder();
  const body = buffer(decoder);
  for (const piece of pieces) decoder.write(piece);
  decoder.end();
  return { body: (await body).toString(), trailers: Object.fromEntries(decoder.trailers) };
}

describe('the aws-chunked decoder', () => {
  const framed = '5\r\nhello\r\n6;chunk-signature=0a\r\n world\r\n0\r\nx-amz-checksum-crc32:abc=\r\n\r\n';

  it('gives the body and the trailers, however the bytes are cut', async () => {
    for (let size = 1; size <= framed.length; size++) {
      const pieces = Array.from({ length: Math.ceil(framed.length / size) }, (_, n) =>
        Buffer.from(framed.slice(n * size, (n + 1) * size)),
      );

      expect(await decode(pieces)).toEqual({ body: 'hello world', trailers: { 'x-amz-checksum-crc32': 'abc=' } });
    }
  });

  it.each([
    ['cut in a chunk', '5\r\nhel'],
    ['cut between chunks', '5\r\nhello\r\n'],
    ['longer than the chunk says', '2\r\nhello\r\n0\r\n\r\n'],
    ['without a size', 'hello\r\n'],
    ['with an endless line', '0'.repeat(5000)],
  ])('refuses a body %s', async (_how, text) => {
    await expect(decode([Buffer.from(text)])).rejects.toMatchObject({ code: 'IncompleteBody' });
  });
});
