import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '@meetingbot/crds-schema';

/** How much media may wait on this machine. */
export interface LocalLimits {
  /** Bytes in memory, beyond which media goes to disk. */
  readonly memoryBytes: number;
  /** Bytes on disk; never more than 80 % of what is free, either. */
  readonly diskBytes: number;
}

export const DEFAULT_LOCAL_LIMITS: LocalLimits = { memoryBytes: 32 * 1024 * 1024, diskBytes: 2 * 1024 ** 3 };

/** Media that waits on this machine, in memory or on disk. */
export interface LocalCopy {
  /** Its file's name in the directory, where it is written to one; absent: it never is. */
  readonly name?: string;
  readonly bytes: number;
  /** Throws once the copy was released. */
  read(): Promise<Buffer>;
  /** Frees it. May be called again. */
  release(): void;
}

/** Once full, this share of the room must be free again before media is taken: one long gap is better than many. */
const REOPEN_SHARE = 0.25;

/** Share of the free disk that waiting media may take: the rest of the task needs to live on. */
const FREE_SHARE = 0.8;

/** Keeps media until S3 has it. What waits is bounded, whatever the meeting's length and however long S3 is away. */
export class LocalMedia {
  readonly directory: string;
  readonly #limits: LocalLimits;
  readonly #log: Logger;
  readonly #inMemory = new Map<string, Buffer>();
  #memoryBytes = 0;
  #diskBytes = 0;
  #full = false;

  /** `directory` is made when it is first needed. */
  constructor(options: { directory: string; limits?: LocalLimits; log: Logger }) {
    this.directory = options.directory;
    this.#limits = options.limits ?? DEFAULT_LOCAL_LIMITS;
    this.#log = options.log;
  }

  get heldBytes(): { memory: number; disk: number } {
    return { memory: this.#memoryBytes, disk: this.#diskBytes };
  }

  /** Keeps `body`, under `name` where it has to go to disk. Undefined: both bounds are reached and nothing was kept. */
  keep(name: string, body: Buffer): LocalCopy | undefined {
    if (this.#memoryBytes + body.length <= this.#limits.memoryBytes) {
      this.#inMemory.set(name, body);
      this.#memoryBytes += body.length;
      return this.#copy(name, body.length);
    }
    return this.#spill(name, body) ? this.#copy(name, body.length) : undefined;
  }

  /** Writes what is in memory to disk too, for people to fetch when S3 refused for good. Returns the files in order. */
  saveAll(): string[] {
    const saved: string[] = [];
    for (const [name, body] of [...this.#inMemory]) {
      if (!this.#spill(name, body)) break;
      this.#inMemory.delete(name);
      this.#memoryBytes -= body.length;
      saved.push(join(this.directory, name));
    }
    return saved;
  }

  /** Frees everything. */
  clear(): void {
    this.#inMemory.clear();
    this.#memoryBytes = 0;
    this.#diskBytes = 0;
    rmSync(this.directory, { recursive: true, force: true });
  }

  // Synchronous on purpose: it is a few megabytes every few seconds and only while S3 lags, and the caller must know at
  // once whether the disk took it.
  #spill(name: string, body: Buffer): boolean {
    try {
      mkdirSync(this.directory, { recursive: true });
      const { bavail, bsize } = statfsSync(this.directory);
      const room = Math.min(this.#limits.diskBytes, FREE_SHARE * (bavail * bsize + this.#diskBytes));
      const bound = this.#full ? room * (1 - REOPEN_SHARE) : room;
      this.#full = this.#diskBytes + body.length > bound;
      if (this.#full) return false;
      writeFileSync(join(this.directory, name), body);
    } catch (error) {
      this.#log.warn({ err: error, name }, 'the disk did not take waiting media');
      this.#remove(name);
      return false;
    }
    this.#diskBytes += body.length;
    return true;
  }

  #remove(name: string): void {
    try {
      rmSync(join(this.directory, name), { force: true });
    } catch (error) {
      this.#log.warn({ err: error, name }, 'waiting media cannot be removed from the disk');
    }
  }

  #copy(name: string, bytes: number): LocalCopy {
    let released = false;
    return {
      name,
      bytes,
      read: async () => {
        if (released) throw new Error(`${name} was released`);
        return this.#inMemory.get(name) ?? (await readFile(join(this.directory, name)));
      },
      release: () => {
        if (released) return;
        released = true;
        if (this.#inMemory.delete(name)) {
          this.#memoryBytes -= bytes;
        } else {
          this.#diskBytes -= bytes;
          this.#remove(name);
        }
      },
    };
  }
}
