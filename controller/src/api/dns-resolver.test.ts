import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { dnsResolver } from './dns-resolver.ts';

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});

const TYPE_A = 1;
const NXDOMAIN = 3;

/** A DNS server that answers A questions with `address`, all else with no record; `undefined` answers nothing at all. */
async function serve(answer: { address: readonly number[] } | 'no such name' | undefined): Promise<string> {
  const socket = createSocket('udp4');
  sockets.push(socket);
  socket.on('message', (query, { port, address }) => {
    if (answer === undefined) return;
    // Header (RFC 1035 §4.1.1), the question as it came, and a record that points back at its name.
    const end = query.indexOf(0, 12) + 5;
    const isFound = answer !== 'no such name' && query.readUInt16BE(end - 4) === TYPE_A;
    const reply = Buffer.from(query.subarray(0, end));
    reply.writeUInt16BE(0x8180 | (answer === 'no such name' ? NXDOMAIN : 0), 2);
    reply.writeUInt16BE(isFound ? 1 : 0, 6);
    reply.writeUInt16BE(0, 10);
    const record = isFound ? [0xc0, 12, 0, TYPE_A, 0, 1, 0, 0, 0, 60, 0, 4, ...answer.address] : [];
    socket.send(Buffer.concat([reply, Buffer.from(record)]), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return `127.0.0.1:${socket.address().port}`;
}

it('gives the addresses of a host of either family', async () => {
  const resolver = dnsResolver([await serve({ address: [10, 0, 0, 1] })]);

  expect(await resolver.resolve('talk.example.com')).toEqual(['10.0.0.1']);
});

it('says that there is no such name', async () => {
  const resolver = dnsResolver([await serve('no such name')]);

  await expect(resolver.resolve('talk.example.com')).rejects.toMatchObject({ code: 'ENOTFOUND' });
});

it('gives up where nobody answers', async () => {
  const resolver = dnsResolver([await serve(undefined)]);

  await expect(resolver.resolve('talk.example.com')).rejects.toMatchObject({ code: 'ETIMEOUT' });
});
