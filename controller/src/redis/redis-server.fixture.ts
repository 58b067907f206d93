import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

const PASSWORD = 'marked-redis-password';
const DEADLINE_MS = 20_000;

/** Debian's redis-server, everything it was told on disk. */
export class RedisServer {
  readonly port: number;
  readonly password = PASSWORD;
  readonly #folder: string;
  #process: ChildProcess | undefined;

  private constructor(port: number, folder: string) {
    this.port = port;
    this.#folder = folder;
  }

  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), await mkdtemp(join(tmpdir(), 'redis-')));
    await server.start();
    return server;
  }

  /** Settings that lead to it. */
  get settings(): Record<string, string> {
    return { REDIS_HOST: '127.0.0.1', REDIS_PORT: String(this.port), REDIS_PASSWORD: PASSWORD };
  }

  client(): Redis {
    return new Redis({ host: '127.0.0.1', port: this.port, password: PASSWORD });
  }

  async start(): Promise<void> {
    const options = { port: this.port, bind: '127.0.0.1', dir: this.#folder, requirepass: PASSWORD };
    const durable = { appendonly: 'yes', appendfsync: 'always', save: '' };
    const flags = Object.entries({ ...options, ...durable }).flatMap(([name, value]) => [`--${name}`, String(value)]);
    this.#process = spawn('redis-server', flags, { stdio: 'ignore' });
    const client = this.client();
    client.on('error', () => {});
    await client.ping();
    client.disconnect();
  }

  /** As a machine that loses power. */
  async kill(): Promise<void> {
    if (this.#process === undefined) return;
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exited;
    this.#process = undefined;
  }

  async dispose(): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** @throws Error when it does not come true in time */
export async function eventually(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await sleep(20);
  }
}
