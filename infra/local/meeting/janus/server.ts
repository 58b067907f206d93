import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { createInterface } from 'node:readline';
import type { Logger } from '@meetingbot/crds-schema';
import { send, sendFile } from '../static-files.ts';
import { writeJanusConfig } from './config.ts';

/** Where Debian's package `janus-demos` puts its pages; its scripts are links to Debian's libjs packages. */
const DEMO_PAGES = '/usr/share/janus/demos';
const READY_DEADLINE_MS = 10_000;
const POLL_MS = 50;
const STOP_DEADLINE_MS = 5_000;

export interface Janus {
  /** The video room's page, which publishes camera and microphone. */
  pageUrl: string;
  /** The same page for somebody who only watches: it never asks for a camera. */
  viewerUrl: string;
  /** Janus's own process. */
  pid: number;
  close(): Promise<void>;
}

/**
 * Starts Debian's Janus as a child of ours with settings of its own, and serves its demo pages, on loopback only.
 * Janus is told to end when we do, also when we are killed.
 * @throws when Janus isn't installed, ends early or isn't ready within 10 s; nothing is left running then.
 */
export async function startJanus({ log }: { log: Logger }): Promise<Janus> {
  const port = await freePort();
  const config = await writeJanusConfig(port);
  const janus = spawn('setpriv', ['--pdeathsig', 'TERM', 'janus', `--configs-folder=${config}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise<string>((resolve) => {
    janus.once('exit', (code, signal) => resolve(`it ended with ${signal ?? `code ${code}`}`));
    janus.once('error', (error) => resolve(error.message));
  });
  createInterface({ input: janus.stdout }).on('line', (line) => {
    if (line.trim() !== '') log.debug({ line }, 'janus');
  });
  const stop = async () => {
    const kill = setTimeout(() => janus.kill('SIGKILL'), STOP_DEADLINE_MS);
    janus.kill('SIGTERM');
    await exited;
    clearTimeout(kill);
  };
  try {
    await Promise.race([
      listening(port),
      exited.then((how) => Promise.reject(new Error(`Janus (package janus) did not start: ${how}`))),
    ]);
  } catch (error) {
    await stop();
    throw error;
  } finally {
    await rm(config, { recursive: true, force: true });
  }
  const pages = await servePages(port);
  log.info({ url: pages.url }, 'janus is ready');
  return {
    pageUrl: `${pages.url}/videoroomtest.html`,
    viewerUrl: `${pages.url}/videoroomtest.html?subscriber-mode=yes`,
    pid: janus.pid ?? 0,
    async close() {
      await pages.close();
      await stop();
    },
  };
}

/**
 * The pages as Debian ships them; only `settings.js`, which every installation writes for itself, is ours. It must
 * define `token` and `apisecret`: the pages use both as globals.
 */
async function servePages(webSocketPort: number): Promise<{ url: string; close(): Promise<void> }> {
  const settings = [
    `var server = "ws://127.0.0.1:${webSocketPort}";`,
    'var iceServers = [];',
    'var token = undefined;',
    'var apisecret = undefined;',
  ].join('\n');
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://janus').pathname;
    if (path === '/settings.js') send(response, 200, settings, 'text/javascript; charset=utf-8');
    else {
      void sendFile(response, DEMO_PAGES, path).then((sent) => {
        if (!sent) send(response, 404, 'not found', 'text/plain');
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Janus takes no port 0: one that was free a moment ago is the next best. */
async function freePort(): Promise<number> {
  const probe = createTcpServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  await new Promise<void>((resolve) => probe.close(() => resolve()));
  return port;
}

async function listening(port: number): Promise<void> {
  const deadline = performance.now() + READY_DEADLINE_MS;
  while (!(await answers(port))) {
    if (performance.now() > deadline) throw new Error(`Janus does not listen after ${READY_DEADLINE_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
