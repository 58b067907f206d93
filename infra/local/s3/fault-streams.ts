import { Transform } from 'node:stream';
import type { Clock } from '@meetingbot/crds-schema';

/** Lets through no more than `bytesPerSecond` on average. */
export function throttle(bytesPerSecond: number, clock: Clock): Transform {
  const ended = new AbortController();
  return new Transform({
    transform(chunk: Buffer, _encoding, callback) {
      clock.sleep((chunk.length / bytesPerSecond) * 1000, ended.signal).then(
        () => callback(null, chunk),
        () => callback(),
      );
    },
    destroy(error, callback) {
      ended.abort();
      callback(error);
    },
  });
}

/** Inverts the byte at `offset`. */
export function corruptByte(offset: number): Transform {
  let at = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, callback) {
      const index = offset - at;
      at += chunk.length;
      if (index < 0 || index >= chunk.length) {
        callback(null, chunk);
        return;
      }
      const bad = Buffer.from(chunk);
      bad.writeUInt8(bad.readUInt8(index) ^ 0xff, index);
      callback(null, bad);
    },
  });
}

/** Calls `then` as soon as `bytes` went through, and lets nothing more through. */
export function cutAfter(bytes: number, then: () => void): Transform {
  let left = bytes;
  return new Transform({
    transform(chunk: Buffer, _encoding, callback) {
      const passed = chunk.subarray(0, left);
      left -= passed.length;
      callback(null, passed);
      if (left === 0) then();
    },
  });
}
