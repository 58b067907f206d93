import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FileObjectStore } from './file-object-store.ts';

/** What the system answers to the next writes, in order; then it writes. */
const answers = vi.hoisted((): string[] => []);
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  return {
    ...real,
    writeFile: async (...args: Parameters<typeof real.writeFile>) => {
      const code = answers.shift();
      if (code === undefined) return real.writeFile(...args);
      // A disk that fills up has taken the beginning.
      await real.writeFile(args[0], 'begin');
      throw Object.assign(new Error(`${code}: write`), { code });
    },
  };
});

const text = { contentType: 'text/plain' };
let directory: string;
let store: FileObjectStore;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'full-store-'));
  store = new FileObjectStore(directory);
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe('a store on a full disk', () => {
  it.each(['ENOSPC', 'EDQUOT'])(
    'is unavailable for %s, keeps no half object, and takes it when there is room',
    async (code) => {
      answers.push(code);

      await expect(store.put('a/b', Buffer.from('whole'), text)).rejects.toMatchObject({ code: 'Unavailable' });
      expect(await readdir(join(directory, 'uploads'))).toEqual([]);
      expect(await store.head('a/b')).toBeUndefined();

      await store.put('a/b', Buffer.from('whole'), text);
      expect((await store.get('a/b')).toString()).toBe('whole');
    },
  );

  it('is unavailable for a part too', async () => {
    const upload = await store.createMultipart('movie');
    const part = join(directory, 'uploads', upload.uploadId, '1');
    await symlink('/dev/full', part);

    await expect(store.uploadPart(upload, 1, Buffer.from('x'))).rejects.toMatchObject({ code: 'Unavailable' });

    const uploaded = await store.uploadPart(upload, 1, Buffer.from('x'));
    await store.completeMultipart(upload, [uploaded]);
    expect((await store.get('movie')).toString()).toBe('x');
  });

  it('says any other failure as it is', async () => {
    answers.push('EIO');

    await expect(store.put('a', Buffer.from('x'), text)).rejects.toMatchObject({ code: 'EIO' });
  });
});
