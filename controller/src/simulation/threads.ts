import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Exploration, ExploreOptions } from './explore.ts';

/** Explores on all cores; the same histories as on one. */
export async function exploreOnAllCores(
  options: Omit<ExploreOptions, 'first' | 'step'>,
  threads = availableParallelism(),
): Promise<Exploration> {
  const parts = await Promise.all(
    Array.from({ length: threads }, (_, first) => explorePart({ ...options, first, step: threads })),
  );
  const whole: Exploration = { histories: 0, cpuMs: 0, marks: new Map(), failures: [] };
  for (const part of parts) {
    whole.histories += part.histories;
    whole.cpuMs += part.cpuMs;
    whole.failures.push(...part.failures);
    for (const [what, times] of part.marks) whole.marks.set(what, (whole.marks.get(what) ?? 0) + times);
  }
  return whole;
}

function explorePart(workerData: ExploreOptions): Promise<Exploration> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('explore-worker.ts', import.meta.url), { workerData });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`a thread exited with ${code} before it was done`)));
  });
}
