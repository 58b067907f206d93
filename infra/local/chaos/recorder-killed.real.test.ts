import { join } from 'node:path';
import { silentLogger, systemClock } from '@meetingbot/crds-schema';
import { audioTracks, probe, videoTrack } from '@meetingbot/recorder';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Downloader } from '../demo/download.ts';
import { displaysOf } from './displays.fixture.ts';
import { type MeetingPage, PAGE_JOIN, startMeetingPage } from './page.fixture.ts';
import { ChaosStack, leads } from './stack.fixture.ts';

/** Far more than it takes, on a machine that has other things to do. */
const PATIENCE = { timeout: 120_000, interval: 200 };
/** The contract's bound on what a SIGKILL may cost. */
const LOST_SECONDS = 10;
const deps = { logger: silentLogger, clock: systemClock, env: { PATH: process.env['PATH'] ?? '' } };

describe('a real recorder', () => {
  let stack: ChaosStack;
  let page: MeetingPage;
  let downloader: Downloader;

  beforeAll(async () => {
    page = await startMeetingPage();
    stack = await ChaosStack.start('real');
    downloader = new Downloader(stack.s3Url);
    const controller = await stack.startController();
    await vi.waitFor(async () => expect(await leads(controller)).toBe(true), PATIENCE);
  });
  afterAll(async () => {
    await stack.close();
    await page.close();
    downloader.close();
  });

  const write = (name: string) =>
    stack.api.create(name, {
      url: page.url(name),
      platform: 'web',
      join: PAGE_JOIN,
      recording: { width: 640, height: 360 },
    });
  const reaches = (name: string, phase: string) =>
    vi.waitFor(async () => expect((await stack.api.get(name)).status.phase).toBe(phase), PATIENCE);
  /** The Meeting once its last task is gone: the recording and its webhook don't wait for that. */
  const closed = (name: string) =>
    vi.waitFor(async () => {
      const meeting = await stack.api.get(name);
      expect(meeting.status.attempts.at(-1)?.endTime).toBeDefined();
      return meeting;
    }, PATIENCE);
  /** Waits until so many segments of an attempt are durable. */
  const durable = (uid: string, attempt: number, count: number) =>
    vi.waitFor(async () => {
      const segments = (await stack.objects()).filter((key) => key.includes(`${uid}/attempts/${attempt}/`));
      expect(segments.filter((key) => key.endsWith('.m4s')).length).toBeGreaterThanOrEqual(count);
    }, PATIENCE);

  it('that is killed is replaced, and the final file holds what both have recorded', async () => {
    const { metadata } = await write('killed');
    await durable(metadata.uid, 1, 2);
    const { attempts } = (await stack.api.get('killed')).status;
    const displays = displaysOf(stack.dataDir);
    // Just before the next segment would be durable: a kill costs most here.
    await systemClock.sleep(3000);

    const killedAt = Date.now();
    await stack.killTask(attempts[0]?.taskArn);
    await durable(metadata.uid, 2, 1);
    page.end('killed');
    await reaches('killed', 'Completed');

    const meeting = await closed('killed');
    expect(meeting.status).toMatchObject({
      reason: 'HostEnded',
      outcome: 'Partial',
      attempts: [{ exitCode: 137, reason: 'RecorderLost' }, { exitCode: 0 }],
    });
    const manifest = await downloader.manifest(meeting);
    expect(manifest.takes.map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(manifest.gaps).toMatchObject([{ cause: 'RecorderLost' }]);
    const lost = (killedAt - Date.parse(manifest.gaps[0]?.from ?? '')) / 1000;
    expect(lost).toBeLessThan(LOST_SECONDS);

    const file = join(stack.dataDir, 'killed.mp4');
    const { bucket = '', key = '', sizeBytes } = meeting.status.recording ?? {};
    await downloader.toFile(bucket, key, file);
    const facts = await probe(file, deps);
    const whole = manifest.takes.reduce((sum, take) => sum + take.durationSeconds, 0);
    expect(facts.sizeBytes).toBe(sizeBytes);
    expect(Math.abs((facts.durationSeconds ?? 0) - whole)).toBeLessThan(0.5);
    expect(videoTrack(facts)).toMatchObject({ codec: 'h264', width: 640, height: 360 });
    expect(audioTracks(facts)).toHaveLength(1);
    console.log(`lost by the kill: ${lost.toFixed(1)} s; both parts: ${whole.toFixed(1)} s`);

    expect(stack.sink.deliveries.map(({ id }) => id)).toEqual([meeting.status.webhook?.id]);
    expect(await stack.leftovers()).toEqual([]);
    expect(displays.length).toBeGreaterThan(0);
    expect(displaysOf(stack.dataDir)).toEqual([]);
  });

  it('that is told to stop leaves by itself, and nothing of it is left', async () => {
    const { metadata } = await write('stopped');
    await durable(metadata.uid, 1, 1);

    await stack.api.patch('stopped', { spec: { stop: true } });
    await reaches('stopped', 'Completed');

    const { status } = await closed('stopped');
    expect(status).toMatchObject({ reason: 'StopRequested', outcome: 'Complete', attempts: [{ exitCode: 0 }] });
    expect(status.attempts[0]?.stopTaskTime).toBeUndefined();
    expect(await stack.tasks('stopped')).toHaveLength(1);
    expect(await stack.leftovers()).toEqual([]);
  });
});
