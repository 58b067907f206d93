import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { descendantsOf, processesOf } from '@meetingbot/recorder/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiClient } from './demo/api-client.ts';
import { RunningProgram } from './testing/program.ts';

let dataDir: string;
const started: RunningProgram[] = [];
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'meetingbot-start-'));
});
afterEach(async () => {
  for (const program of started.splice(0)) {
    program.child.kill('SIGKILL');
    await program.exited;
  }
  rmSync(dataDir, { recursive: true, force: true });
});

const anyPorts = {
  PORT: '0',
  LOCAL_S3_PORT: '0',
  LOCAL_DYNAMODB_PORT: '0',
  LOCAL_ECS_PORT: '0',
  LOCAL_PROMETHEUS_PORT: '0',
};

function start(settings: Record<string, string> = {}): RunningProgram {
  const { PATH, HOME } = process.env;
  const program = new RunningProgram('../start.ts', [], {
    PATH,
    HOME,
    ...anyPorts,
    LOCAL_DATA_DIR: dataDir,
    ...settings,
  });
  started.push(program);
  return program;
}

async function apiOf(program: RunningProgram): Promise<ApiClient> {
  const [, url = ''] = await program.says(/^API +(http:\S+)[\s\S]*Ctrl-C stops it/m);
  return new ApiClient(url);
}

/** A Meeting that is to be recorded next year: it waits. */
const nextYear = {
  metadata: { name: 'next-year' },
  spec: { url: 'https://meet.google.com/abc-defg-hij', startAt: '2099-01-01T00:00:00Z' },
};

describe('npm start', () => {
  it('prints one table, finds its data again, and leaves no process behind', async () => {
    const first = start();
    const api = await apiOf(first);
    await api.create(nextYear);
    const table = first.output.trim().split('\n');
    expect(table.map((line) => line.split(/\s+/)[0])).toEqual(
      expect.arrayContaining(['part', 'API', 'S3', 'DynamoDB', 'ECS', 'data']),
    );
    expect(table.length).toBeLessThan(12);
    const [, prometheus = ''] = /^Prometheus +(http:\S+)/m.exec(first.output) ?? [];
    const answer = await fetch(`${prometheus}/api/v1/rules`);
    expect(await answer.text()).toContain('MeetingFailed');
    expect(descendantsOf(first.pid).length).toBeGreaterThanOrEqual(4);

    first.child.kill('SIGINT');
    expect(await first.exited).toBe(0);
    expect(processesOf(dataDir)).toEqual([]);

    const second = start();
    expect((await (await apiOf(second)).get('next-year')).metadata.name).toBe('next-year');
    second.child.kill('SIGTERM');
    expect(await second.exited).toBe(0);
    expect(processesOf(dataDir)).toEqual([]);
  });

  it('takes all its parts with it when it is killed', async () => {
    const program = start();
    await apiOf(program);
    program.child.kill('SIGKILL');
    await program.exited;
    await expect.poll(() => processesOf(dataDir), { timeout: 30_000 }).toEqual([]);
  });

  it('says in one line which port is in use and which setting changes it', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const program = start({ LOCAL_S3_PORT: String(port) });
    expect(await program.exited).toBe(1);
    expect(program.output.trim()).toBe(
      `S3: port ${port} on 127.0.0.1 is in use: stop what listens there, or set LOCAL_S3_PORT to another port`,
    );
    expect(processesOf(dataDir)).toEqual([]);
    other.close();
  });

  it.each([
    [{ S3_BUCKET_NAME: 'nowhere' }, 'S3_BUCKET_NAME: there is no bucket nowhere'],
    [{ MAX_CONCURRENT_MEETINGS: 'many' }, 'MAX_CONCURRENT_MEETINGS: must be integer'],
    [{ HOST: '0.0.0.0' }, 'API_TOKENS: required unless HOST is a loopback address'],
    [{ NOTIFY_WEBHOOK_ENABLED: 'true' }, 'NOTIFY_WEBHOOK_URL: required when NOTIFY_WEBHOOK_ENABLED is true'],
  ])('stops with one line that names a bad setting: %j', async (settings, message) => {
    const program = start(settings);
    expect(await program.exited).toBe(1);
    expect(program.output.trim()).toBe(`API: settings: ${message}`);
    expect(processesOf(dataDir)).toEqual([]);
  });
});
