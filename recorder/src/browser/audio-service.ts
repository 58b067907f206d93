import { readdirSync, readFileSync } from 'node:fs';

const AUDIO_SERVICE = '--utility-sub-type=audio.mojom.AudioService';

/**
 * The process of Chromium's that plays all its sound (services/audio), below the browser `browserPid`. When it dies Chromium
 * goes on without a word: what was playing stays silent.
 * @returns its number; undefined: there is none (nothing was played yet, or it is gone)
 */
export function audioServiceOf(browserPid: number): number | undefined {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).find((pid) => isAudioService(pid) && isBelow(pid, browserPid));
}

/** Whether a process that {@link audioServiceOf} has found still is one. */
export function isAudioService(pid: number): boolean {
  // Children of a zygote have their words in one, with spaces in between.
  return read(pid, 'cmdline').includes(AUDIO_SERVICE);
}

/** A sandboxed browser has a zygote in between. */
function isBelow(pid: number, ancestor: number): boolean {
  const parent = Number(/^PPid:\s+(\d+)$/m.exec(read(pid, 'status'))?.[1] ?? 0);
  return parent === ancestor || (parent > 1 && isBelow(parent, ancestor));
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
