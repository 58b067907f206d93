import { mkdtempSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListMultipartUploadsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { isTerminal, type Meeting, type MeetingSpec, meetingPrefix, type Phase } from '@meetingbot/crds-schema';
import { processesOf } from '@meetingbot/recorder/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClient } from './demo/api-client.ts';
import { Downloader } from './demo/download.ts';
import { LOCAL } from './stack/places.ts';
import { type Stack, startStack } from './stack/stack.ts';
import { anonymous, logLinesOf } from './testing/log-lines.ts';
import { bandLevel } from './testing/loudness.ts';
import { RunningProgram } from './testing/program.ts';
import { startTonePages, type TonePages } from './testing/tone-page.ts';

const LIMIT_MS = 90_000;
let dataDir: string;
let stack: Stack;
let pages: TonePages;
let api: ApiClient;
let s3: S3Client;
let downloader: Downloader;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'mb-recordings-'));
  pages = await startTonePages();
  const settings = { LOG_LEVEL: 'debug' };
  stack = await startStack({ dataDir, ports: { api: 0, s3: 0, dynamodb: 0, ecs: 0 }, settings });
  api = new ApiClient(stack.api.info.url);
  const { region, accessKeyId, secretAccessKey } = LOCAL;
  const credentials = { accessKeyId, secretAccessKey };
  s3 = new S3Client({ endpoint: stack.s3.info.url, region, forcePathStyle: true, credentials });
  downloader = new Downloader(stack.s3.info.url);
});

afterAll(async () => {
  downloader?.close();
  s3?.destroy();
  await stack?.stop();
  await pages?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

function record(name: string, spec: Partial<MeetingSpec> & { url: string }): Promise<Meeting> {
  const join = { steps: [], joined: '#call', ended: '#bye' };
  return api.create({ metadata: { name }, spec: { platform: 'web', join, maxAttempts: 1, ...spec } });
}

async function until(name: string, what: string, holds: (meeting: Meeting) => boolean): Promise<Meeting> {
  const deadline = performance.now() + LIMIT_MS;
  for (;;) {
    const meeting = await api.get(name);
    if (holds(meeting)) return meeting;
    if (performance.now() > deadline)
      throw new Error(`${name}: not ${what}: ${JSON.stringify(meeting.status, null, 1)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const untilPhase = (name: string, phase: Phase) => until(name, phase, ({ status }) => status.phase === phase);
const untilOver = (name: string) => until(name, 'over', ({ status }) => isTerminal(status.phase));

/** Lets a recording go on for so many seconds of its own. */
async function recordFor(name: string, seconds: number): Promise<void> {
  const { status } = await untilPhase(name, 'Recording');
  const since = Date.parse(status.recorder?.recordingStartedAt ?? status.joinedAt ?? '');
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, since + seconds * 1000 - Date.now())));
}

async function fetched(meeting: Meeting): Promise<string> {
  const { recording } = meeting.status;
  if (recording === undefined) throw new Error(`${meeting.metadata.name} has no recording`);
  const file = join(dataDir, `${meeting.metadata.name}.mp4`);
  await downloader.toFile(recording.bucket, recording.key, file);
  return file;
}

async function keysOf(meeting: Meeting): Promise<string[]> {
  const Prefix = meetingPrefix(meeting.metadata);
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: LOCAL.bucket, Prefix }));
  return Contents.map(({ Key = '' }) => Key.slice(Prefix.length));
}

/** Everything a recorder may leave: processes and directories of tasks, displays among them, and open uploads. */
async function leftovers(): Promise<unknown> {
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: LOCAL.bucket }));
  const tasks = join(dataDir, 'ecs', 't');
  return {
    processes: processesOf(tasks).map(({ command }) => command.slice(0, 3).join(' ')),
    directories: await readdir(tasks),
    uploads: Uploads.map(({ Key }) => Key),
  };
}
const nothing = { processes: [], directories: [], uploads: [] };

describe('recordings on one machine', () => {
  it('are two at once that do not hear each other, one of them cut short while it runs, and leave nothing behind', async () => {
    await Promise.all([record('low', { url: pages.urlOf(500) }), record('high', { url: pages.urlOf(2500) })]);
    await Promise.all([recordFor('low', 6), recordFor('high', 6)]);
    pages.end(500);
    await api.patch('high', { spec: { leave: { maxSeconds: 10 } } });
    const [low, high] = await Promise.all([untilOver('low'), untilOver('high')]);

    for (const [meeting, reason] of [
      [low, 'HostEnded'],
      [high, 'MaxDuration'],
    ] as const) {
      expect(meeting.status).toMatchObject({ phase: 'Completed', outcome: 'Complete', reason });
      // The segments go once the files that hold them are whole, which is what the Meeting's end waits for.
      const keys = async () => (await keysOf(meeting)).sort();
      await expect.poll(keys, { timeout: 30_000 }).toEqual(['audio.m4a', 'manifest.json', 'recording.mp4']);
    }
    const [lowFile, highFile] = [await fetched(low), await fetched(high)];
    expect(await bandLevel(lowFile, 500)).toBeGreaterThan(-30);
    expect(await bandLevel(highFile, 2500)).toBeGreaterThan(-30);
    expect(await bandLevel(lowFile, 2500)).toBeLessThan(-60);
    expect(await bandLevel(highFile, 500)).toBeLessThan(-60);
    await expect.poll(leftovers, { timeout: 60_000 }).toEqual(nothing);
  });

  it('keep what was recorded when ffmpeg dies in the middle, and say that a piece is missing', async () => {
    await record('broken', { url: pages.urlOf(700) });
    await recordFor('broken', 6);
    const encoders = processesOf(join(dataDir, 'ecs', 't')).filter(({ command }) => command[0]?.endsWith('ffmpeg'));
    expect(encoders).toHaveLength(1);
    for (const { pid } of encoders) process.kill(pid, 'SIGKILL');
    await recordFor('broken', 16);
    pages.end(700);
    const meeting = await untilOver('broken');

    expect(meeting.status).toMatchObject({ phase: 'Completed', outcome: 'Partial', reason: 'HostEnded' });
    const manifest = await downloader.manifest(meeting);
    expect(manifest.takes.length).toBeGreaterThanOrEqual(2);
    expect(manifest.gaps.length).toBeGreaterThanOrEqual(1);
    expect(meeting.status.recording?.durationSeconds).toBeGreaterThan(6);
    expect(await bandLevel(await fetched(meeting), 700)).toBeGreaterThan(-35);
    await expect.poll(leftovers, { timeout: 60_000 }).toEqual(nothing);
  });

  it('stop when they are told to, keep what was recorded, and are followed from end to end', async () => {
    await record('stopped', { url: pages.urlOf(900) });
    const { PATH } = process.env;
    const followed = new RunningProgram('../logs.ts', ['stopped'], { PATH, LOCAL_DATA_DIR: dataDir });
    await recordFor('stopped', 5);
    await followed.says(/ recorder#1 [\s\S]* controller#1 .* phase .*phase=Recording/);
    await api.patch('stopped', { spec: { stop: true } });
    const meeting = await untilOver('stopped');
    await followed.says(/ controller#1 .* phase .*phase=Completed/);
    followed.child.kill('SIGTERM');
    await followed.exited;

    expect(meeting.status).toMatchObject({ phase: 'Completed', outcome: 'Complete', reason: 'StopRequested' });
    expect(meeting.status.recording?.durationSeconds).toBeGreaterThan(4);
    const { uid } = meeting.metadata;
    const lines = await logLinesOf(dataDir, 'default/stopped', uid);
    expect(anonymous(lines, uid)).toEqual([]);
    const kinds = lines.map((line) => (line['route'] === undefined ? line.name : 'request'));
    expect(new Set(kinds)).toEqual(new Set(['controller', 'recorder', 'request']));
    await expect.poll(leftovers, { timeout: 60_000 }).toEqual(nothing);
  });

  it('fail with a reason and evidence where the page never loads', async () => {
    await record('silent', { url: pages.neverLoads, leave: { lobbySeconds: 8 } });
    const meeting = await untilOver('silent');

    expect(meeting.status).toMatchObject({ phase: 'Failed', outcome: 'None', attributedTo: 'MeetingBot' });
    expect(['JoinFailed', 'UnknownPage']).toContain(meeting.status.reason);
    expect(meeting.status.message).toMatch(/not done within 8 s|load/);
    const keys = await keysOf(meeting);
    expect(keys.some((key) => key.startsWith('evidence/'))).toBe(true);
    await expect.poll(leftovers, { timeout: 60_000 }).toEqual(nothing);
  });
});
