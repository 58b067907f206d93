import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';

const READY_MS = 60_000;
const STOP_MS = 10_000;

export interface DebianService {
  url: string;
  /** SIGTERM, a bounded wait, SIGKILL. */
  stop(): Promise<void>;
}

export interface DebianServiceOptions {
  command: string;
  args: string[];
  url: string;
  /** Its output is appended here. */
  logFile: string;
}

/**
 * Starts a program of Debian's that answers at `/-/ready`, and waits until it does. It dies with this process, also
 * when that is killed.
 * @throws Error when it ends, or is not ready in time; no process is left then
 */
export async function startDebianService(options: DebianServiceOptions): Promise<DebianService> {
  const { command, args, url, logFile } = options;
  const log = openSync(logFile, 'a');
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', command, ...args], { stdio: ['ignore', log, log] });
  closeSync(log);
  const exited = Promise.race([once(child, 'exit'), once(child, 'error')]).then(() => undefined);
  let isOver = false;
  exited.then(
    () => {
      isOver = true;
    },
    () => {
      isOver = true;
    },
  );
  const stop = async () => {
    if (isOver) return;
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await exited.catch(() => undefined);
    clearTimeout(timer);
  };
  const deadline = performance.now() + READY_MS;
  for (;;) {
    const answer = await fetch(`${url}/-/ready`).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok === true && !isOver) return { url, stop };
    if (isOver) throw new Error(`${command} ended before it was ready; its log is ${logFile}`);
    if (performance.now() > deadline) {
      await stop();
      throw new Error(`${command} was not ready within ${READY_MS / 1000} s; its log is ${logFile}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** A port that nobody has now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
