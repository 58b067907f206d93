import { expect, test } from 'vitest';
import type { RtpPacket } from 'werift';
import { LOOP_FRAMES, LOOP_SECONDS } from './loop.ts';
import { LoopSender } from './participant.ts';

const ZERO = 1_800_000_000_000;

function start() {
  const loop = {
    pictures: Array.from({ length: LOOP_FRAMES }, (_, index) => Buffer.alloc(1300, index % 256)),
    sounds: Array.from({ length: LOOP_SECONDS * 50 }, (_, index) => Buffer.of(index % 256)),
  };
  const sender = new LoopSender(loop, ZERO);
  const sent = { picture: [] as RtpPacket[], sound: [] as RtpPacket[] };
  sender.picture.onReceiveRtp.subscribe((packet) => void sent.picture.push(packet));
  sender.sound.onReceiveRtp.subscribe((packet) => void sent.sound.push(packet));
  return { sender, sent };
}

test('each packet goes out once its time has come, and no other', () => {
  const { sender, sent } = start();
  sender.sendUntil(ZERO + 100);
  const first = { pictures: sent.picture.length, sounds: sent.sound.length };
  sender.sendUntil(ZERO + 100);
  // Pictures at 0, 33, 67 and 100 ms, two packets each; sound when 20, 40, … 100 ms have been said.
  expect(first).toEqual({ pictures: 8, sounds: 5 });
  expect(sent.picture).toHaveLength(8);
});

test('numbers and time go on where the loop begins again', () => {
  const { sender, sent } = start();
  sender.sendUntil(ZERO + LOOP_SECONDS * 1000 + 40);
  const [before, after] = sent.picture.slice(2 * LOOP_FRAMES - 1, 2 * LOOP_FRAMES + 1);
  expect(after?.payload.subarray(1)).toEqual(Buffer.alloc(1200, 0));
  expect(after?.header.sequenceNumber).toBe((before?.header.sequenceNumber ?? 0) + 1);
  expect((after?.header.timestamp ?? 0) - (before?.header.timestamp ?? 0)).toBe(3000);
});

test('a report of the time now agrees with the time stamps of what is sent now', () => {
  const { sender, sent } = start();
  sender.sendUntil(ZERO + 10_000);
  expect(sender.rtpTime('video', ZERO + 10_000)).toBe(sent.picture.at(-1)?.header.timestamp);
  // The last sound began 20 ms ago, and the encoder is 312 samples ahead of what it holds.
  expect(sender.rtpTime('audio', ZERO + 10_000)).toBe((sent.sound.at(-1)?.header.timestamp ?? 0) + 960 + 312);
});
