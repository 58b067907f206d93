import { describe, expect, it } from 'vitest';
import { indexFault } from './mp4-index.ts';

function box(type: string, bytes: number): Buffer {
  const made = Buffer.alloc(bytes);
  made.writeUInt32BE(bytes, 0);
  made.write(type, 4, 'latin1');
  return made;
}

/** A box with its size in 64 bits. */
function largeBox(type: string, bytes: number): Buffer {
  const made = Buffer.alloc(bytes);
  made.writeUInt32BE(1, 0);
  made.write(type, 4, 'latin1');
  made.writeBigUInt64BE(BigInt(bytes), 8);
  return made;
}

/** The fault of a file, and how many reads it took to see it. */
async function look(...boxes: Buffer[]): Promise<{ fault: string | undefined; reads: number }> {
  const file = Buffer.concat(boxes);
  let reads = 0;
  const read = async (from: number, bytes: number) => {
    reads += 1;
    expect(bytes).toBeLessThanOrEqual(512);
    return file.subarray(from, from + bytes);
  };
  return { fault: await indexFault(read, file.length), reads };
}

describe('the index of an MP4', () => {
  it('is found in front by one read', async () => {
    expect(await look(box('ftyp', 28), box('moov', 90_000), box('mdat', 1000))).toEqual({ fault: undefined, reads: 1 });
  });

  it('is found behind the media by one read more', async () => {
    expect(await look(box('ftyp', 28), largeBox('mdat', 70_000), box('moov', 900))).toEqual({
      fault: undefined,
      reads: 2,
    });
  });

  it('is missed where a file has none, is no MP4, or is empty', async () => {
    expect((await look(box('ftyp', 28), box('mdat', 1000))).fault).toBe('expected an index (moov), found none');
    expect((await look(Buffer.from('a recording'))).fault).toBe('expected an MP4, which begins with ftyp, got cord');
    expect((await look()).fault).toBe('expected an index (moov), found none');
  });

  it('does not count where the file ends within it', async () => {
    const { fault } = await look(box('ftyp', 28), box('moov', 90_000).subarray(0, 5000));
    expect(fault).toBe('the box moov ends at byte 90028, the file at 5028');
  });

  it('is not looked for without end', async () => {
    const { fault, reads } = await look(box('ftyp', 28), ...Array.from({ length: 20 }, () => box('free', 600)));
    expect(fault).toBe('expected an index (moov), found none');
    expect(reads).toBeLessThanOrEqual(8);
  });
});
