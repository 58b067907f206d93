import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { lateStart } from '../testing/late-start.ts';
import type { Order } from './clock-pages.ts';
import { expectWhole, inspect, tell } from './ended.ts';
import { FFMPEG, PULSEAUDIO, XVFB } from './live-recorder.ts';
import { secondsToNotice } from './recorder-log.ts';
import { NOTHING, Recordings } from './recordings.ts';

/** Heartbeats of the embedded stack come so far apart. */
const HEARTBEAT_SECONDS = 2;
/** Chromium starts its GPU process anew twice; the third time it ends itself (gpu_data_manager_impl_private.cc). */
const GPU_LIVES = 3;

let recordings: Recordings;
beforeAll(async () => {
  recordings = await Recordings.start();
});
afterAll(() => recordings?.close());

const ordered = (what: Order) => (name: string) => {
  recordings.pages.order(name, what);
  return Date.now();
};
const frozen = (command: RegExp) => (name: string) => recordings.recorder(name).signal(command, 'SIGSTOP');

/** Kills the GPU process as often as there is one. @returns when for the last time, wall clock in milliseconds */
async function withoutGpu(name: string): Promise<number> {
  const killed = new Set<number>();
  for (;;) {
    const pid = await vi.waitFor(
      () => {
        const processes = recordings.recorder(name).processes();
        const gpu = processes.find(({ command }) => command.join(' ').includes('--type=gpu-process'));
        if (gpu === undefined || killed.has(gpu.pid)) throw new Error(`${name}: no GPU process after ${killed.size}`);
        return gpu.pid;
      },
      { timeout: 10_000 },
    );
    killed.add(pid);
    const at = Date.now();
    process.kill(pid, 'SIGKILL');
    if (killed.size === GPU_LIVES) return at;
  }
}

describe.concurrent('a recording in which something goes wrong with what it is made from', () => {
  it.each([
    ['away', 500, 'its page goes to another site', ordered('away'), 'Rejoined'],
    ['hung', 700, 'a script of its page never returns', ordered('hang'), 'Rejoined'],
    ['frozen-page', 900, 'its renderer is frozen', frozen(/--type=renderer/), 'Rejoined'],
    ['frozen-sound', 1100, 'its sound server is frozen', frozen(PULSEAUDIO), 'Rejoined'],
    ['frozen-display', 1300, 'its display is frozen', frozen(XVFB), 'Rejoined'],
    ['frozen-gpu', 1900, 'what draws its page is frozen', frozen(/--type=gpu-process/), 'Rejoined'],
    ['no-gpu', 2100, 'what draws its page dies again and again', withoutGpu, 'Rejoined'],
    ['frozen-encoder', 1500, 'its encoder is frozen', frozen(FFMPEG), 'EncoderRestarted'],
  ])('is mended, and says what is missing: %s', async (name, hertz, _, breakIt, cause) => {
    await recordings.record(name, hertz);
    await recordings.untilSegments(name, 1);
    const broken = await breakIt(name);
    await recordings.untilSegments(name, 2, 2);
    // Its clock is seen to go on, and heard.
    await recordings.untilHealth(name, ({ frozenPictureSeconds = 9, secondsSinceSound = 9 }) => {
      return frozenPictureSeconds < 3 && secondsSinceSound < 3;
    });
    const ended = await inspect(recordings, await recordings.end(name), hertz);

    const log = recordings.log(ended.meeting);
    const noticed = secondsToNotice(log, broken);
    tell(name, { noticedSeconds: noticed, gapSeconds: ended.missing });
    expect(ended.meeting.status).toMatchObject({ phase: 'Completed', reason: 'HostEnded', outcome: 'Partial' });
    expect(ended.gaps).toMatchObject([{ cause }]);
    expect(noticed, log.map((line) => JSON.stringify(line)).join('\n')).toBeLessThan(10);
    // Until it is noticed, what a page that stands still shows is recorded, or another page.
    expect(ended.verdict.clockErrorSeconds).toBeLessThan(12);
    await expectWhole(recordings, ended, { readable: 0.3 });
  });

  it('tells with every heartbeat how it is', async () => {
    await recordings.record('healthy', 1700);
    await recordings.untilSegments('healthy', 3);
    const talking = recordings.tap.of('healthy').filter(({ report }) => report.health?.audioRmsDb !== undefined);
    recordings.pages.order('healthy', 'mute');
    await vi.waitFor(
      () => {
        const { secondsSinceSound = 0, audioRmsDb = 0 } = recordings.tap.of('healthy').at(-1)?.report.health ?? {};
        expect(secondsSinceSound).toBeGreaterThan(3);
        expect(audioRmsDb).toBeLessThan(-60);
      },
      { timeout: 60_000, interval: 200 },
    );
    const meeting = await recordings.end('healthy');

    const lags = talking.map(({ report }) => report.health?.uploadLagSeconds ?? Number.NaN);
    const last = talking.at(-1)?.report.health;
    tell('healthy', {
      longestUploadLagSeconds: Math.max(...lags),
      cores: last?.cpuCores,
      memoryMB: (last?.memoryBytes ?? 0) / 1e6,
    });
    const distances = talking.slice(1).map(({ at }, i) => (at - (talking[i]?.at ?? 0)) / 1000);
    expect(Math.max(...distances)).toBeLessThan(HEARTBEAT_SECONDS + 5);
    expect(Math.max(...lags)).toBeLessThan(10);
    expect(last?.framesPerSecond).toBeCloseTo(10, -1);
    expect(last?.encoderSpeed).toBeGreaterThan(0.8);
    expect(last?.droppedFrames).toBeGreaterThanOrEqual(0);
    expect(last?.duplicatedFrames).toBeGreaterThanOrEqual(0);
    expect(last?.audioRmsDb).toBeGreaterThan(-25);
    expect(last?.secondsSinceSound).toBeLessThan(3);
    expect(last?.frozenPictureSeconds).toBeLessThan(3);
    expect(last?.cpuCores).toBeGreaterThan(0.01);
    expect(last?.memoryBytes).toBeGreaterThan(100e6);
    const outcome = lateStart(await recordings.downloader.manifest(meeting)).best;
    expect(meeting.status).toMatchObject({ phase: 'Completed', reason: 'HostEnded', outcome });
  });
});

it('leaves nothing behind', async () => {
  await expect.poll(() => recordings.leftovers(), { timeout: 60_000 }).toEqual(NOTHING);
});
