import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PLAYER_PAGE } from './player.fixture.ts';

/** One answer to a player. */
export interface ServedRange {
  readonly file: string;
  /** First byte asked for. */
  readonly start: number;
  /** Bytes handed to the network before the player had enough. */
  sent: number;
}

/** Files by their paths, as S3 serves them: in ranges, each with its size, and a page with a player of one of them. */
export interface RangeServer {
  readonly origin: string;
  readonly files: Map<string, Buffer>;
  readonly ranges: ServedRange[];
  close(): Promise<void>;
}

const PIECE_BYTES = 64 * 1024;

export async function startRangeServer(): Promise<RangeServer> {
  const files = new Map<string, Buffer>();
  const ranges: ServedRange[] = [];
  const server = createServer((message, answer) => {
    const file = message.url ?? '/';
    const bytes = files.get(file);
    if (bytes === undefined) {
      answer.writeHead(file === '/' ? 200 : 404, { 'content-type': 'text/html' }).end(file === '/' ? PLAYER_PAGE : '');
      return;
    }
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(message.headers.range ?? '') ?? [];
    const start = Number(from ?? 0);
    const end = Math.min(to ? Number(to) + 1 : bytes.length, bytes.length);
    const range = { file, start, sent: 0 };
    ranges.push(range);
    answer.writeHead(from === undefined ? 200 : 206, {
      'content-type': file.endsWith('.m4a') ? 'audio/mp4' : 'video/mp4',
      'accept-ranges': 'bytes',
      'content-length': end - start,
      ...(from === undefined ? {} : { 'content-range': `bytes ${start}-${end - 1}/${bytes.length}` }),
    });
    pipeline(Readable.from(pieces(bytes.subarray(start, end), range)), answer).catch(() => undefined);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    files,
    ranges,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function* pieces(bytes: Buffer, range: ServedRange): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    const piece = bytes.subarray(at, at + PIECE_BYTES);
    range.sent += piece.length;
    yield piece;
  }
}
