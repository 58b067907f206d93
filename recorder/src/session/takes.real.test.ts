import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger, systemClock } from '@meetingbot/crds-schema';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Sound, startSound } from '../capture/index.ts';
import { probe } from '../media/index.ts';
import type { Quarters } from '../process/index.ts';
import { processesOf } from '../process/processes.fixture.ts';
import { testQuarters } from '../process/quarters.fixture.ts';
import type { RecordingWriter } from '../upload/index.ts';
import { type CapturePlace, Takes } from './takes.ts';

const deps = { clock: systemClock, logger: silentLogger, env: { PATH: process.env['PATH'] ?? '' } };
let dir: string;
let quarters: Quarters;
let sound: Sound;
let place: CapturePlace;
let takes: Takes;
/** Of each take: when it started, and what came of it. */
let written: { startedAt: number; bytes: Buffer[] }[];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'takes-test-'));
  quarters = await testQuarters(deps);
  sound = await startSound({ quarters }, deps);
  place = { display: 'none', source: sound.source, env: sound.env };
  written = [];
  takes = new Takes({
    writer: async () => ({ startTake }) as unknown as RecordingWriter,
    size: { kind: 'audio', width: 640, height: 360 },
    onLost: () => undefined,
    deps,
  });
});
afterEach(async () => {
  await takes.end(0);
  await sound.stop();
  await quarters.remove();
  await rm(dir, { recursive: true, force: true });
});

function startTake({ startedAt }: { startedAt: number }) {
  const bytes: Buffer[] = [];
  written.push({ startedAt, bytes });
  return { write: (piece: Uint8Array) => bytes.push(Buffer.from(piece)), end: () => undefined };
}

function encoders(): number[] {
  return processesOf(quarters.keys).flatMap(({ pid, command: [program = ''] }) =>
    /(^|\/)ffmpeg$/.test(program) ? [pid] : [],
  );
}

async function secondsOf(take: number): Promise<number> {
  const file = join(dir, `take-${take}.mp4`);
  await writeFile(file, Buffer.concat(written[take]?.bytes ?? []));
  return (await probe(file, deps)).durationSeconds ?? 0;
}

test('what was captured before it was certain to be the call is the beginning of the take', async () => {
  await takes.prepare(place);
  await systemClock.sleep(3000);
  expect(takes.firstStartedAt).toBeUndefined();
  expect(written).toEqual([]);

  const certainAt = Date.now();
  await takes.begin(place, undefined);
  await takes.end(5000);

  expect(written).toHaveLength(1);
  expect(takes.firstStartedAt).toBe(written[0]?.startedAt);
  expect(certainAt - (takes.firstStartedAt ?? certainAt)).toBeGreaterThan(2500);
  expect(await secondsOf(0)).toBeGreaterThan(2.5);
});

test('what turned out not to be the call is kept by nobody', async () => {
  await takes.prepare(place);
  expect(encoders()).toHaveLength(1);
  await takes.discard();
  expect(encoders()).toEqual([]);

  const certainAt = Date.now();
  await takes.begin(place, undefined);
  await vi.waitFor(() => expect(written[0]?.bytes.length).toBeGreaterThan(0), { timeout: 10_000 });
  expect(takes.firstStartedAt).toBeGreaterThanOrEqual(certainAt);
});

test('an encoder that died before the call was proved is started again', async () => {
  await takes.prepare(place);
  const [pid] = encoders();
  process.kill(pid as number, 'SIGKILL');
  await vi.waitFor(() => expect(encoders()).toEqual([]));

  await takes.begin(place, undefined);
  await vi.waitFor(() => expect(written[0]?.bytes.length).toBeGreaterThan(0), { timeout: 10_000 });
  expect(encoders()).not.toContain(pid);
});

test('an encoder that cannot start fails when the take begins, and not before', async () => {
  const nowhere = { ...place, source: 'no.such.source' };
  await takes.prepare(nowhere);
  await expect(takes.begin(nowhere, undefined)).rejects.toThrow('ffmpeg ended');
  expect(written).toEqual([]);
});
