import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@meetingbot/crds-schema';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalMedia } from './local-media.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'meetingbot-local-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const local = (memoryBytes: number, diskBytes: number) =>
  new LocalMedia({ directory: join(root, 'media'), limits: { memoryBytes, diskBytes }, log: silentLogger });
const body = (fill: string) => Buffer.alloc(100, fill);

describe('LocalMedia', () => {
  it('keeps media in memory, then on disk, and frees both', async () => {
    const media = local(100, 1000);
    const copies = [media.keep('a', body('a')), media.keep('b', body('b'))];

    expect(media.heldBytes).toEqual({ memory: 100, disk: 100 });
    expect(await Promise.all(copies.map((copy) => copy?.read()))).toEqual([body('a'), body('b')]);
    for (const copy of copies) copy?.release();
    copies[1]?.release();
    expect(media.heldBytes).toEqual({ memory: 0, disk: 0 });
    expect(existsSync(join(root, 'media', 'b'))).toBe(false);
    await expect(copies[0]?.read()).rejects.toThrow(/released/);
  });

  it('takes no more at the bound, and opens again only when a quarter of it is free', () => {
    const media = local(0, 1000);
    const copies = Array.from({ length: 10 }, (_, index) => media.keep(`${index}`, body('x')));

    expect(media.keep('more', body('x'))).toBeUndefined();
    copies[0]?.release();
    expect(media.keep('more', body('x'))).toBeUndefined();
    for (const copy of copies.slice(1, 4)) copy?.release();
    expect(media.keep('more', body('x'))).toBeDefined();
  });

  it('takes a disk that refuses for a bound that is reached', () => {
    // A file where the directory belongs: every write fails, as on a full disk.
    writeFileSync(join(root, 'media'), '');

    expect(local(0, 1000).keep('a', body('a'))).toBeUndefined();
  });

  it('saves what is in memory to files', () => {
    const media = local(1000, 1000);
    media.keep('a', body('a'));
    media.keep('b', body('b'));

    expect(media.saveAll()).toEqual([join(root, 'media', 'a'), join(root, 'media', 'b')]);
    expect(media.heldBytes).toEqual({ memory: 0, disk: 200 });
  });
});
