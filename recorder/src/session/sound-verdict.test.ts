import { expect, test } from 'vitest';
import { isLost, judgeSound, type PageSound } from './sound-verdict.ts';

const at = (seconds: number, ...streams: [packets: number, playedSeconds: number, energy: number][]): PageSound => ({
  at: seconds * 1000,
  received: streams.map(([packets, playedSeconds, energy], i) => ({ id: `${i}`, packets, playedSeconds, energy })),
  players: 0,
  clocks: [],
});

test('a voice that is played has its level', () => {
  const verdict = judgeSound(at(0, [10, 5, 1], [10, 5, 0]), at(2, [110, 7, 1.02], [110, 7, 0]));

  expect(verdict).toEqual({ kind: 'played', rmsDb: expect.closeTo(-20, 6) });
  expect(isLost(verdict)).toBe(true);
});

test('people who say nothing lose nothing', () => {
  const verdict = judgeSound(at(0, [10, 5, 1]), at(2, [110, 7, 1.000001]));

  expect(verdict.kind).toBe('played');
  expect(isLost(verdict)).toBe(false);
});

test('packets that nobody plays any more are lost, those that nobody ever played are the page’s own will', () => {
  expect(judgeSound(at(0, [10, 5, 1]), at(2, [110, 5, 1]))).toEqual({ kind: 'stalled' });
  expect(judgeSound(at(0, [10, 0, 0]), at(2, [110, 0, 0]))).toEqual({ kind: 'unknown' });
});

test('audio contexts that run and stand still have nothing that plays them', () => {
  const look = (seconds: number, ...clocks: number[]) => ({ ...at(seconds), clocks });
  expect(judgeSound(look(0, 3, 7), look(2, 3, 7))).toEqual({ kind: 'stalled' });
  expect(judgeSound(look(0, 3, 7), look(2, 3, 9))).toEqual({ kind: 'unknown' });
  expect(judgeSound(look(0, 3), look(2, 3, 7))).toEqual({ kind: 'unknown' });
  expect(judgeSound(look(0), look(2))).toEqual({ kind: 'unknown' });
  expect(judgeSound({ ...at(0, [10, 5, 1]), clocks: [3] }, { ...at(2, [110, 7, 1]), clocks: [3] }).kind).toBe('played');
});

test('one stream that is played speaks for all: the others may have been left', () => {
  expect(judgeSound(at(0, [10, 5, 1], [10, 5, 1]), at(2, [110, 7, 1], [110, 5, 1])).kind).toBe('played');
});

test('nothing is known of streams that have come, gone or get no packets', () => {
  expect(judgeSound(at(0), at(2, [110, 5, 1]))).toEqual({ kind: 'unknown' });
  expect(judgeSound(at(0, [10, 5, 1]), at(2))).toEqual({ kind: 'unknown' });
  expect(judgeSound(at(0, [10, 5, 1]), at(2, [10, 5, 1]))).toEqual({ kind: 'unknown' });
});
