import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeObjectStore } from '../upload/object-store.contract.ts';
import { FileObjectStore } from './file-object-store.ts';

describeObjectStore('in files', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'file-store-'));
  return {
    store: new FileObjectStore(directory),
    close: () => rm(directory, { recursive: true }),
  };
});
