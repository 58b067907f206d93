import { crc32 } from 'node:zlib';

/** The boxes of an MP4 around any text: what is asked of a recording without playing it holds for it. */
export function tinyMovie(text: string): Buffer {
  return Buffer.concat([
    box('ftyp', Buffer.from('isom\0\0\x02\0isom')),
    box('moov', Buffer.alloc(8)),
    box('mdat', Buffer.from(text)),
  ]);
}

/** Of a whole object, as S3 writes it. */
export function crc32OfWhole(bytes: Buffer): string {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return sum.toString('base64');
}

function box(type: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + content.length, 0);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, content]);
}
