import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { systemClock } from '@meetingbot/crds-schema';
import type { Environment, Service, ServiceExit } from '../../local/service/index.ts';
import { asOnFargate, type ImageEngine } from './engine.ts';

/** SIGTERM, then SIGKILL after this, as ECS does it for a service. */
const STOP_MS = 30_000;
const READY_MS = 60_000;

/** Runs the controller's image as a part of the embedded stack, and waits until it is ready. */
export async function startControllerContainer(options: {
  readonly engine: ImageEngine;
  readonly image: string;
  readonly env: Environment;
  readonly port: number;
  readonly logFile: string;
}): Promise<Service> {
  const { engine, image, port, logFile } = options;
  const { PATH: _, HOME: __, ...env } = options.env;
  const values = Object.entries({ ...env, PORT: String(port) }).flatMap(([name, value]) =>
    value === undefined ? [] : ['--env', `${name}=${value}`],
  );
  const [program = '', ...before] = engine.podmanCommand;
  const log = openSync(logFile, 'a');
  const args = [...before, 'run', '--rm', '--name', 'controller', ...asOnFargate(), ...values, image];
  const child = spawn(program, args, { stdio: ['ignore', log, log] });
  closeSync(log);
  const exited = new Promise<ServiceExit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const url = `http://127.0.0.1:${port}`;
  const deadline = performance.now() + READY_MS;
  const isReady = () =>
    fetch(`${url}/readyz`, { signal: AbortSignal.timeout(1000) }).then(
      async (response) => {
        await response.body?.cancel();
        return response.ok;
      },
      () => false,
    );
  while (!(await isReady())) {
    if (child.exitCode !== null || performance.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`the controller's container is not ready; its log is ${logFile}`);
    }
    await systemClock.sleep(100);
  }
  return {
    name: 'API',
    pid: child.pid ?? 0,
    info: { url, version: 'image' },
    exited,
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      return exited.finally(() => clearTimeout(timer));
    },
  };
}
