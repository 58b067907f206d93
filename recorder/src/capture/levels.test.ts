import type { Clock } from '@meetingbot/crds-schema';
import { expect, test } from 'vitest';
import { LevelMeter } from './levels.ts';
import { PictureWatch } from './picture.ts';

function clockAt(time: { ms: number }): Clock {
  return { now: () => time.ms, monotonic: () => time.ms, sleep: () => Promise.resolve() };
}

test('the level is that of the last second, digital silence is the lowest', () => {
  const meter = new LevelMeter(clockAt({ ms: 0 }));
  const seen = [meter.levels().rmsDb];

  meter.push('frame:0 pts:0 pts_time:0\nlavfi.astats.Overall.RMS_le');
  meter.push('vel=-21.5\n');
  seen.push(meter.levels().rmsDb);
  meter.push('lavfi.astats.Overall.RMS_level=-inf\n');
  seen.push(meter.levels().rmsDb);

  expect(seen).toEqual([undefined, -21.5, -120]);
});

test('seconds without sound are counted through silence and through missing reports', () => {
  const time = { ms: 0 };
  const meter = new LevelMeter(clockAt(time));
  meter.push('lavfi.astats.Overall.RMS_level=-30\n');

  time.ms = 5000;
  meter.push('lavfi.astats.Overall.RMS_level=-75\n');
  time.ms = 9000;

  expect(meter.levels().secondsSinceSound).toBe(9);
});

test('a picture that stands still and one that is black are told apart', () => {
  const time = { ms: 0 };
  const watch = new PictureWatch(clockAt(time));
  const picture = (brightest: number, change: number) =>
    watch.push(`lavfi.signalstats.YMAX=${brightest}\nlavfi.signalstats.YDIF=${change}\n`);

  time.ms = 1000;
  picture(235, 0.004);
  time.ms = 4000;
  picture(235, 0);
  const still = watch.state();
  picture(16, 80);

  expect(still).toEqual({ black: false, secondsSinceChange: 3 });
  expect(watch.state()).toEqual({ black: true, secondsSinceChange: 0 });
});
