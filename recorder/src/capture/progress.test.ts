import { expect, test } from 'vitest';
import { type EncoderProgress, progressReader } from './progress.ts';

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

test('a report is told when its block is complete, however its bytes arrive', () => {
  const reports: EncoderProgress[] = [];
  const read = progressReader((progress) => reports.push(progress));

  for (const character of BLOCK) read(character);

  expect(reports).toEqual([
    { frame: 250, fps: 25.02, dupFrames: 2, dropFrames: 1, speed: 0.998, outTimeSeconds: 10.005 },
  ]);
});

test('what ffmpeg does not know yet is zero', () => {
  const reports: EncoderProgress[] = [];
  const read = progressReader((progress) => reports.push(progress));

  read('out_time_us=N/A\nspeed=N/A\nprogress=continue\n');

  expect(reports).toEqual([{ frame: 0, fps: 0, dupFrames: 0, dropFrames: 0, speed: 0, outTimeSeconds: 0 }]);
});
