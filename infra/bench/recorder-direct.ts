import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { demoJoinPlan } from '../local/meeting/index.ts';
import { measureTree, pause, type TreeUsage } from './recorder-meter.ts';
import { killTree } from './recorder-processes.ts';

const PROGRAM = fileURLToPath(new URL('../../recorder/src/record.ts', import.meta.url));
const JOIN_MS = 60_000;
const LEAVE_MS = 20_000;

export interface DirectRun {
  readonly url: string;
  /** A folder of its own; the recording is left in it. */
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
  /** Whether it is a room of the demo meeting, which has to be joined; else any page. */
  readonly isMeeting: boolean;
  /** Seconds from the call to the begin of the measurement, and how long that takes. */
  readonly warmSeconds: number;
  readonly seconds: number;
  readonly signal: AbortSignal;
}

/**
 * Records for a while with one recorder and no stack (`npm run record`) and tells what it used; it leaves politely.
 * @throws Error when it does not get into the call or leaves no recording; nothing is left running
 */
export async function recordDirectly({
  url,
  dir,
  env,
  isMeeting,
  warmSeconds,
  seconds,
  signal,
}: DirectRun): Promise<{ usage: TreeUsage; file: string }> {
  const file = join(dir, 'recording.mp4');
  const plan = join(dir, 'join.yaml');
  if (isMeeting) await writeFile(plan, JSON.stringify(demoJoinPlan));
  const child = spawn(process.execPath, [PROGRAM, url, '--out', file, ...(isMeeting ? ['--join', plan] : [])], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  const said = listen(child);
  try {
    const deadline = performance.now() + JOIN_MS;
    while (!said().includes('in the call')) {
      if (child.exitCode !== null || performance.now() > deadline) throw new Error(`it did not join: ${said()}`);
      await pause(50, signal);
    }
    await pause(warmSeconds * 1000, signal);
    const usage = await measureTree(child.pid ?? 0, { seconds, signal });
    child.kill('SIGINT');
    await Promise.race([ended, pause(LEAVE_MS, signal)]);
    if (child.exitCode !== 0) throw new Error(`it ended with ${child.exitCode}: ${said()}`);
    return { usage, file };
  } finally {
    killTree(child.pid ?? 0);
    await ended;
  }
}

function listen(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (data: string) => {
      text += data;
    });
  }
  return () => text;
}
