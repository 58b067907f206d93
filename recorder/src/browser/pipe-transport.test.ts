import { PassThrough } from 'node:stream';
import { expect, it, vi } from 'vitest';
import { pipeTransport } from './pipe-transport.ts';

it('cuts messages at zero bytes, wherever the pipe cuts them', async () => {
  const messages: string[] = [];
  const fromBrowser = new PassThrough();
  const transport = pipeTransport(new PassThrough(), fromBrowser);
  transport.onmessage = (message) => messages.push(message);
  const bytes = Buffer.from('{"a":"ä€"}\0{}\0{"b":1}\0');

  for (const byte of bytes) fromBrowser.write(Buffer.from([byte]));
  fromBrowser.write(Buffer.concat([bytes, bytes]));

  await vi.waitFor(() => expect(messages).toHaveLength(9));
  expect(messages.slice(0, 3)).toEqual(['{"a":"ä€"}', '{}', '{"b":1}']);
});

it('ends each message in a zero byte and survives a browser that is gone', async () => {
  const toBrowser = new PassThrough();
  const transport = pipeTransport(toBrowser, new PassThrough());
  transport.send('{"id":1}');
  expect(String(toBrowser.read())).toBe('{"id":1}\0');
  toBrowser.destroy();
  expect(() => transport.send('{"id":2}')).not.toThrow();
});

it('tells when the browser has closed its end', async () => {
  const fromBrowser = new PassThrough();
  const transport = pipeTransport(new PassThrough(), fromBrowser);
  const closed = new Promise<void>((resolve) => {
    transport.onclose = resolve;
  });
  fromBrowser.destroy();
  await expect(closed).resolves.toBeUndefined();
});
