import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Bytes read at once: a log of gigabytes is no reason to hold one. */
const CHUNK = 1 << 20;

/** New whole lines of all `*.log` files of some folders, whichever there are by now. */
export class Tail {
  readonly #folders: readonly string[];
  readonly #files = new Map<string, number>();

  constructor(folders: readonly string[]) {
    this.#folders = folders;
  }

  /** Lines that were written since the last call, file by file; at the first call all. */
  async *read(): AsyncIterable<string> {
    for (const folder of this.#folders) {
      const names = await readdir(folder).catch(() => []);
      for (const name of names.sort()) if (name.endsWith('.log')) yield* this.#readFile(join(folder, name));
    }
  }

  async *#readFile(path: string): AsyncIterable<string> {
    const file = await open(path).catch(() => undefined);
    if (file === undefined) return;
    try {
      const buffer = Buffer.alloc(CHUNK);
      for (;;) {
        const { bytesRead } = await file.read(buffer, 0, CHUNK, this.#files.get(path) ?? 0);
        if (bytesRead === 0) return;
        // What is cut in the middle of a line, and so of a character, is read again with the rest of it.
        const end = buffer.lastIndexOf(0x0a, bytesRead - 1) + 1;
        const whole = end > 0 && end <= bytesRead ? end : 0;
        if (whole === 0) return;
        this.#files.set(path, (this.#files.get(path) ?? 0) + whole);
        yield* buffer.toString('utf8', 0, whole).split('\n').slice(0, -1);
      }
    } finally {
      await file.close();
    }
  }
}
