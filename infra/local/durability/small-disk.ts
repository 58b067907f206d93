import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A disk of its own that can be filled: a tmpfs, for which one has to be root and allowed to mount. */
export interface SmallDisk {
  /** Writes a file until there is no room for another byte. @returns what removes it again */
  fill(): () => void;
  /** Unmounts it; what is on it is gone. */
  remove(): void;
}

const CHUNKS = [1024 * 1024, 4096, 1];

/** Mounts a disk of so many MiB at `path`. @throws Error where that is not permitted */
export function mountSmallDisk(path: string, mebibytes: number): SmallDisk {
  mkdirSync(path, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m,mode=700`, 'small', path], { stdio: 'ignore' });
  return {
    fill() {
      const file = join(path, 'fills-the-disk');
      const descriptor = openSync(file, 'w');
      for (const size of CHUNKS) fillBy(descriptor, Buffer.alloc(size));
      closeSync(descriptor);
      return () => rmSync(file);
    },
    // What has just ended may still be let go of by the kernel.
    remove: () => void execFileSync('umount', ['--lazy', path]),
  };
}

/** Whether {@link mountSmallDisk} works here. */
export function canMount(): boolean {
  const path = mkdtempSync(join(tmpdir(), 'disk-'));
  try {
    mountSmallDisk(path, 1).remove();
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(path);
  }
}

function fillBy(descriptor: number, chunk: Buffer): void {
  try {
    while (writeSync(descriptor, chunk) === chunk.length);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}
