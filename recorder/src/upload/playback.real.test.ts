import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PrivateHosts, silentLogger, systemClock } from '@meetingbot/crds-schema';
import { ALL_FORMATS, BufferSource, EncodedPacketSink, Input } from 'mediabunny';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  displaySize,
  type EgressProxy,
  launchBrowser,
  type MeetingBrowser,
  startEgressProxy,
} from '../browser/index.ts';
import { type Display, type Sound, startDisplay, startSound } from '../capture/index.ts';
import type { Quarters } from '../process/index.ts';
import { testQuarters } from '../process/quarters.fixture.ts';
import { encodeNumberedTake } from './numbered-media.fixture.ts';
import { Player } from './player.fixture.ts';
import { type RangeServer, startRangeServer } from './range-server.fixture.ts';
import { WriterRig } from './writer-rig.fixture.ts';

const SIZE = { width: 320, height: 180 };
const LARGER = { width: 640, height: 360 };
const MIB = 1024 * 1024;
const deps = { clock: systemClock, logger: silentLogger, env: { PATH: process.env['PATH'] ?? '' } };

let dir: string;
let quarters: Quarters;
let display: Display;
let sound: Sound;
let proxy: EgressProxy;
let browser: MeetingBrowser;
let server: RangeServer;
let rig: WriterRig;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'playback-test-'));
  server = await startRangeServer();
  quarters = await testQuarters(deps);
  display = await startDisplay({ ...displaySize(SIZE), quarters }, deps);
  sound = await startSound({ quarters }, deps);
  proxy = await startEgressProxy({ rules: new PrivateHosts('127.0.0.1'), logger: silentLogger });
  const env = { ...display.quartersEnv, ...sound.quartersEnv };
  const place = { program: '/usr/bin/chromium', quarters, proxyUrl: proxy.url, privateUdp: true };
  browser = await launchBrowser({ ...place, ...SIZE, extraArgs: [], env }, deps);
});
afterAll(async () => {
  await browser.stop();
  await proxy.close();
  await sound.stop();
  await display.stop();
  await quarters.remove();
  await server.close();
  await rm(dir, { recursive: true, force: true });
});
beforeEach(() => {
  rig = new WriterRig();
});
afterEach(() => rig.close());

/** Makes the final files of these takes, and has a browser open one of them. */
async function open(takes: readonly Buffer[], name: 'recording.mp4' | 'audio.m4a' = 'recording.mp4') {
  const writer = await rig.open(1);
  takes.forEach((take, index) => {
    rig.recordEncoded(writer, take, index * 60);
  });
  const manifest = await writer.finish({ reason: 'HostEnded' });
  const file = rig.file(name);
  server.files.set(`/${name}`, file);
  server.ranges.length = 0;
  return { manifest, file, ...(await Player.open(browser.page, server.origin, `/${name}`)) };
}

/** Which picture is shown at a time, counted from 0, by a reader that is neither ours nor the browser's. */
async function pictureAt(file: Buffer): Promise<(seconds: number) => number> {
  const track = await new Input({ formats: ALL_FORMATS, source: new BufferSource(file) }).getPrimaryVideoTrack();
  if (!track) throw new Error('expected pictures');
  const times: number[] = [];
  for await (const { timestamp } of new EncodedPacketSink(track).packets()) times.push(timestamp);
  return (seconds) => times.findLastIndex((time) => time <= seconds);
}

describe('a browser plays the finished recording by ranges', () => {
  it.each([
    ['the same encoder', undefined, SIZE],
    ['another encoder', ['-preset', 'veryfast', '-profile:v', 'high'], SIZE],
    [
      'an encoder of larger pictures',
      ['-s', `${LARGER.width}x${LARGER.height}`, '-preset', 'ultrafast', '-profile:v', 'main'],
      LARGER,
    ],
  ])('and shows the right picture wherever it is sent, with a second take of %s', async (_, x264, size) => {
    const second = await encodeNumberedTake({ first: 1000, seconds: 6, ...(x264 ? { x264 } : {}) });
    const { manifest, file, facts, player } = await open([await encodeNumberedTake({ first: 0, seconds: 6 }), second]);

    expect(facts).toEqual({ duration: expect.closeTo(manifest.recording?.durationSeconds ?? 0, 2), ...size });
    const picture = await pictureAt(file);
    const places = [9.55, 0.5, 4.01, 6.5, 11.9, 5.9, 7.99, 2.5];
    const shown: (number | undefined)[] = [];
    for (const seconds of places) shown.push(await player.numberAt(seconds));
    expect(shown).toEqual(places.map(picture).map((index) => (index < 150 ? index : 1000 + index - 150)));

    const end = await player.playFrom(facts.duration - 0.7);
    expect(end).toEqual({ endedAt: facts.duration, error: null, soundBytes: expect.any(Number) });
    expect(end.soundBytes).toBeGreaterThan(0);
  });

  it('and fetches the index and what is near, to open a large one and to go to its end', async () => {
    const take = await encodeNumberedTake({ first: 0, seconds: 10, megabits: 16 });
    const { file, facts, player } = await open([take, take, take, take, take]);
    const place = facts.duration - 0.5;

    expect(await player.numberAt(place)).toBe((await pictureAt(file))(place) % 250);
    expect(file.length).toBeGreaterThan(90 * MIB);
    // What lies in sockets and in the proxy on its way was sent, too: some 20 MiB.
    expect(server.ranges.reduce((sum, range) => sum + range.sent, 0)).toBeLessThan(file.length / 2);
    // It has begin and end in one answer each, and now and then in up to nine, of 360 KB and more.
    const starts = server.ranges.map(({ start }) => start / file.length);
    expect(starts.length).toBeLessThan(12);
    expect(starts[0]).toBe(0);
    expect(starts.at(-1)).toBeGreaterThan(0.9);
    expect(starts.filter((start) => start > 0.1 && start < 0.9)).toEqual([]);
  });

  it('and the mono sound as well', async () => {
    const take = await encodeNumberedTake({ first: 0, seconds: 4 });
    const { manifest, facts, player } = await open([take, take], 'audio.m4a');

    expect(facts).toEqual({ duration: expect.closeTo(manifest.audio?.durationSeconds ?? 0, 2), width: 0, height: 0 });
    const end = await player.playFrom(facts.duration - 0.7);
    expect(end).toEqual({ endedAt: facts.duration, error: null, soundBytes: expect.any(Number) });
    expect(end.soundBytes).toBeGreaterThan(0);
  });
});
