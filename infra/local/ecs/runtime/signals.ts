import { readFileSync } from 'node:fs';
import { constants } from 'node:os';

/** Sends a signal to a process. False when it is gone. */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** Sends a signal to all of a process group. False when nothing is left of it. */
export function signalGroup(group: number, signal: NodeJS.Signals): boolean {
  return group > 1 && signalProcess(-group, signal);
}

/**
 * Whether a process has a handler for SIGTERM. The kernel keeps signals without a handler from PID 1, so a container
 * without an init process doesn't notice them: with this question the same holds for ours, which has one of its own.
 */
export function handlesSigterm(pid: number): boolean {
  try {
    const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
    return ((BigInt(`0x${caught}`) >> BigInt(constants.signals.SIGTERM - 1)) & 1n) === 1n;
  } catch {
    return false;
  }
}
