import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Service, type StartServiceOptions, startService } from './start-service.ts';

const entry = new URL('./testing/echo-service.ts', import.meta.url);

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('a service process', () => {
  let directory: string;
  let logFile: string;
  let services: Service[];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'service-'));
    logFile = join(directory, 'logs', 'echo.log');
    services = [];
  });
  afterEach(async () => {
    await Promise.all(services.map((service) => service.stop()));
    await rm(directory, { recursive: true });
  });

  async function start(env: Record<string, string> = {}, more: Partial<StartServiceOptions> = {}): Promise<Service> {
    const service = await startService({ name: 'Echo', entry, env, logFile, ...more });
    services.push(service);
    return service;
  }

  it('is there with its address and version once it is ready, and gone once it is stopped', async () => {
    const service = await start({ ECHO_TEXT: 'hello' });
    expect(await (await fetch(service.info.url)).text()).toBe('hello');
    expect(service.info.version).toBe('1.2.3');

    const exit = await service.stop();

    expect(exit).toEqual({ code: 0, signal: null });
    expect(isAlive(service.pid)).toBe(false);
  });

  it('tells how it ended when nobody stopped it', async () => {
    const service = await start();

    process.kill(service.pid, 'SIGKILL');

    expect(await service.exited).toEqual({ code: null, signal: 'SIGKILL' });
    expect(await service.stop()).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('is killed when it does not close in time', async () => {
    const service = await start({ ECHO_MODE: 'stubborn' }, { stopTimeoutMs: 100 });

    expect(await service.stop()).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('leaves it to its parent to act on Ctrl-C', async () => {
    const service = await start();

    process.kill(service.pid, 'SIGINT');

    expect((await fetch(service.info.url)).status).toBe(200);
  });

  it('names the port and the setting in one line when the port is in use', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };

    const failed = start({ ECHO_PORT: String(port) });

    await expect(failed).rejects.toThrow(
      `Echo: port ${port} on 127.0.0.1 is in use: stop what listens there, or set ECHO_PORT to another port`,
    );
    expect(await readFile(logFile, 'utf8')).not.toContain('    at ');
    taken.close();
  });

  it('names a bad setting', async () => {
    await expect(start({ ECHO_PORT: 'http' })).rejects.toThrow(
      'ECHO_PORT must be a port between 0 and 65535, not "http"',
    );
  });

  it('names the exit code and the log of a service that dies before it is ready', async () => {
    await expect(start({ ECHO_MODE: 'crash' })).rejects.toThrow(
      `Echo: it ended before it was ready (exit code 7); its log is ${logFile}`,
    );
  });

  it('gives up on a service that does not get ready in time', async () => {
    await expect(start({ ECHO_MODE: 'deaf' }, { readyTimeoutMs: 700 })).rejects.toThrow('not ready within 700 ms');
  });

  it('ends when its parent is killed', async () => {
    const parent = spawn(process.execPath, [fileURLToPath(new URL('./testing/parent.ts', import.meta.url)), logFile]);
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    expect(isAlive(pid)).toBe(true);

    parent.kill('SIGKILL');

    await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false);
  });
});
