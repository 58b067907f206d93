import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Logger } from '@meetingbot/crds-schema';
import { participantNames } from './names.ts';

const PROGRAM = fileURLToPath(new URL('./reference/main.ts', import.meta.url));
/** Its media are encoded first. */
const JOIN_DEADLINE_MS = 120_000;
const LEAVE_DEADLINE_MS = 3_000;

export interface ReferenceCall {
  names: readonly string[];
  /** The one process that sends everything: leave its CPU time out of a recorder's. */
  pid: number;
  /** All participants leave; the process ends. May be called twice. */
  leaveAll(): Promise<void>;
  /** Ends the process at once, without a goodbye. */
  close(): Promise<void>;
}

/**
 * Brings the reference call of the CPU budget into a demo meeting: four participants, or as many as are asked for, of 640×480
 * at 30 frames a second who talk in turns, the first with flash and beep. Each has a peer connection of its own to whoever watches; all live
 * in one process without a browser and send what was encoded before, so that sending costs this machine next to nothing.
 * @throws when they are not in within two minutes; nothing is left running then.
 */
export async function joinReferenceCall({
  meetingUrl,
  count = 4,
  log,
}: {
  meetingUrl: string;
  /** One or more. */
  count?: number;
  log: Logger;
}): Promise<ReferenceCall> {
  const names = participantNames(count);
  const child = spawn(process.execPath, [PROGRAM, meetingUrl, ...names], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const close = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  const deadline = setTimeout(() => child.kill('SIGKILL'), JOIN_DEADLINE_MS);
  const isIn = await Promise.race([once(child.stdout, 'data').then(() => true), ended.then(() => false)]);
  clearTimeout(deadline);
  if (!isIn) throw new Error(`the reference call did not join: its process ended with ${child.exitCode}`);
  log.info({ names, meetingUrl }, 'reference call joined');
  return {
    names,
    pid: child.pid ?? 0,
    async leaveAll() {
      child.stdin.end();
      const late = setTimeout(() => child.kill('SIGKILL'), LEAVE_DEADLINE_MS);
      await ended;
      clearTimeout(late);
    },
    close,
  };
}
