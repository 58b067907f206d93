import type { Clock } from '@meetingbot/crds-schema';
import { expect, test } from 'vitest';
import { ProgressMeter } from './progress.ts';

const BLOCK = `frame=250
fps=25.02
stream_0_0_q=20.0
total_size=123456
out_time_us=10005000
out_time=00:00:10.005000
dup_frames=2
drop_frames=1
speed=0.998x
progress=continue
`;

/** An encoder of 25 pictures a second that reports once a second, at the speed that the test says. */
function rig() {
  const time = { ms: 5_000_000 };
  const clock: Clock = { now: () => 0, monotonic: () => time.ms, sleep: () => Promise.resolve() };
  const meter = new ProgressMeter(clock);
  let media = 0;
  const report = () => {
    meter.push(`frame=${Math.floor(media * 25)}\nout_time_us=${media * 1e6}\nprogress=continue\n`);
  };
  const run = (seconds: number, speed: number) => {
    for (let i = 0; i < seconds; i += 1) {
      time.ms += 1000;
      media += speed;
      report();
    }
  };
  const wait = (ms: number) => {
    time.ms += ms;
  };
  return { meter, report, run, wait };
}

test('a report is told when its block is complete, however its bytes arrive', () => {
  const { meter } = rig();
  const seen: number[] = [];

  for (const character of BLOCK) {
    seen.push(meter.progress().frame);
    meter.push(character);
  }

  expect(new Set(seen)).toEqual(new Set([0]));
  expect(meter.progress()).toEqual({
    ...{ frame: 250, dupFrames: 2, dropFrames: 1, outTimeSeconds: 10.005 },
    ...{ fps: 0, speed: 0 },
  });
});

test('what ffmpeg does not know yet is zero', () => {
  const { meter } = rig();

  meter.push('out_time_us=N/A\nspeed=N/A\nprogress=continue\n');

  expect(meter.progress()).toEqual({ frame: 0, fps: 0, dupFrames: 0, dropFrames: 0, speed: 0, outTimeSeconds: 0 });
});

test('half the speed after an hour is told within ten seconds, and that it is over as well', () => {
  const { meter, run } = rig();
  run(3600, 1);
  expect(meter.progress()).toMatchObject({ fps: 25, speed: 1 });

  run(10, 0.5);
  expect(meter.progress()).toMatchObject({ fps: expect.closeTo(12.5, 6), speed: expect.closeTo(0.5, 6) });
  run(10, 1);
  expect(meter.progress()).toMatchObject({ fps: expect.closeTo(25, 6), speed: expect.closeTo(1, 6) });
});

test('the rates fall to zero where no report comes any more, the counts stay', () => {
  const { meter, run, wait } = rig();
  run(60, 1);
  const speeds: number[] = [];
  for (let i = 0; i < 12; i += 1) {
    wait(1000);
    speeds.push(meter.progress().speed);
  }

  expect(speeds.map((speed) => Number(speed.toFixed(1)))).toEqual([
    1, 1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0,
  ]);
  expect(meter.progress()).toMatchObject({ frame: 1500, outTimeSeconds: 60, fps: 0, speed: 0 });
});

test('an encoder that reports and gets no further falls to zero too', () => {
  const { meter, run } = rig();
  run(60, 1);

  run(10, 0);

  expect(meter.progress()).toMatchObject({ frame: 1500, fps: 0, speed: 0 });
});

test('between two reports the rates stay as they are', () => {
  const { meter, run, wait } = rig();
  run(60, 1);

  wait(1400);

  expect(meter.progress()).toMatchObject({ fps: 25, speed: 1 });
});

test('the first seconds are measured by what there is of them', () => {
  const { meter, report, run } = rig();
  expect(meter.progress()).toMatchObject({ fps: 0, speed: 0 });

  report();
  expect(meter.progress()).toMatchObject({ fps: 0, speed: 0 });
  run(1, 1);
  expect(meter.progress()).toMatchObject({ fps: 25, speed: 1 });
  run(3, 0.8);
  expect(meter.progress()).toMatchObject({ fps: expect.closeTo(21.25, 6), speed: expect.closeTo(0.85, 6) });
});
