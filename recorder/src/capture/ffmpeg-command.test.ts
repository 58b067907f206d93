import { expect, test } from 'vitest';
import { encoderArguments, leftOutSeconds } from './ffmpeg-command.ts';

const OPTIONS = { kind: 'video', display: ':7', source: 'meeting.monitor', width: 1280, height: 720 } as const;

test('video has a key frame at each fragment and three tracks', () => {
  const args = encoderArguments({ ...OPTIONS, frameRate: 30, fragmentSeconds: 2 });

  expect(args).toEqual(expect.arrayContaining(['-g', '60', '-keyint_min', '60', '-video_size', '1280x720']));
  expect(args.filter((arg) => arg === '-map')).toHaveLength(3);
  expect(args).toContain('empty_moov+default_base_moof+frag_keyframe');
});

test('audio never touches the display', () => {
  const args = encoderArguments({ ...OPTIONS, kind: 'audio' });

  expect(args).not.toContain(':7');
  expect(args.join(' ')).not.toMatch(/x11grab|libx264|1:v|isync/);
  expect(args.filter((arg) => arg === '-map')).toHaveLength(2);
});

test('picture and sound go by the whole microseconds that x11grab waits from picture to picture', () => {
  const paces = (options: Parameters<typeof encoderArguments>[0]) => {
    const args = encoderArguments(options);
    return args.flatMap((word, index) => (word === '-itsscale' ? [Number(args[index + 1])] : []));
  };

  expect(paces({ ...OPTIONS, frameRate: 25 })).toEqual([]);
  expect(paces({ ...OPTIONS, frameRate: 30 })).toEqual([1e6 / 30 / 33_333, 1e6 / 30 / 33_333]);
  expect(paces({ ...OPTIONS, frameRate: 24 })).toEqual([1e6 / 24 / 41_667, 1e6 / 24 / 41_667]);
  expect(paces({ ...OPTIONS, kind: 'audio', frameRate: 30 })).toEqual([]);
});

test('whole pictures are left out, in proportion to their size, and at least until sound has settled', () => {
  const [large, small] = [
    { ...OPTIONS, width: 1920, height: 1080, frameRate: 30 },
    { ...OPTIONS, width: 160, height: 90 },
  ];

  expect(leftOutSeconds(OPTIONS)).toBeCloseTo(13 / 25);
  expect(leftOutSeconds(large)).toBeCloseTo(34 / 30);
  expect(leftOutSeconds(small)).toBeCloseTo(7 / 25);
  expect(leftOutSeconds({ ...large, kind: 'audio' })).toBe(0.25);
});
