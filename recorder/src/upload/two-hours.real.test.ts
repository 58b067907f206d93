import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeTake } from './encoded-media.fixture.ts';
import { LoopedTake } from './looped-take.fixture.ts';
import { SizesOnlyStore } from './sizes-only-store.fixture.ts';
import { WriterRig } from './writer-rig.fixture.ts';

const LOOP_SECONDS = 20;
const MIB = 1024 * 1024;

let rig: WriterRig;

beforeEach(() => {
  rig = new WriterRig();
});
afterEach(() => rig.close());

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** Memory that is really in use: what the collector, or its finalizers, have not got round to yet is not counted. */
async function liveBytes(): Promise<number> {
  for (let round = 0; round < 3; round++) {
    collectGarbage();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Counts the calls of a store by their names. */
function counting<T extends object>(store: T, calls: Record<string, number>): T {
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        calls[String(name)] = (calls[String(name)] ?? 0) + 1;
        return value.apply(target, args);
      };
    },
  });
}

/** Records that many minutes as fast as they can be taken, and measures. */
async function recordMinutes(loop: LoopedTake, minutes: number) {
  const store = new SizesOnlyStore();
  const calls: Record<string, number> = {};
  const writer = await rig.open(1, { store: counting(store, calls) });
  const sink = writer.startTake({ startedAt: rig.clock.time });
  sink.write(loop.init);
  const live: number[] = [];
  for (let round = 0; round < (minutes * 60) / LOOP_SECONDS; round++) {
    for (const fragment of loop.fragments) sink.write(loop.shifted(fragment, round));
    await rig.until(() => writer.lag().memoryBytes === 0);
    if (round % 30 === 29) live.push(await liveBytes());
  }
  sink.end();
  await rig.until(() => writer.lag().memoryBytes === 0);
  const before = { ...store.sent };
  for (const name of Object.keys(calls)) delete calls[name];
  const started = performance.now();
  const manifest = await writer.finish({ reason: 'MaxDuration' });
  const milliseconds = performance.now() - started;
  const finish = { bytes: store.sent.bytes - before.bytes, calls: { ...calls }, milliseconds };
  return { manifest, finish, live, disk: writer.lag().diskBytes };
}

describe('two hours', () => {
  it('are finished with as few calls and bytes as one minute, but for parts and the index, and take no more memory than ten minutes do, but for the index', async () => {
    const loop = new LoopedTake(await encodeTake({ seconds: LOOP_SECONDS + 2, size: '640x360' }), LOOP_SECONDS);

    const minute = await recordMinutes(loop, 1);
    const hours = await recordMinutes(loop, 120);

    const { recording } = hours.manifest;
    expect(hours.manifest.takes).toHaveLength(1);
    expect(recording?.durationSeconds).toBeCloseTo(7_200, 0);
    expect(recording?.videoFrames).toBe(180_000);
    expect(recording?.sizeBytes).toBeGreaterThan(500 * MIB);
    // Part 1 and the last part of two uploads, the index of both, the manifest; only the manifest is looked for.
    expect(hours.finish.bytes).toBeLessThan(4 * 5 * MIB + 5 * MIB);
    // What a minute has in one call, each of two files of two hours has in two parts and their completion.
    const { put = 0 } = minute.finish.calls;
    expect(hours.finish.calls).toEqual({ ...minute.finish.calls, put: put - 2, uploadPart: 4, completeMultipart: 2 });
    expect(hours.finish.milliseconds).toBeLessThan(2_000);
    // The index of two hours (5 MiB), the audio upload's part buffer (5 MiB, first used after half an hour), S3 keys. A
    // sample may catch a segment on its way: the least of three does not.
    const growth = Math.min(...hours.live.slice(-3)) - Math.min(...hours.live.slice(0, 3));
    expect(growth).toBeLessThan(24 * MIB);
    expect(hours.disk).toBe(0);
    process.stdout.write(
      `${JSON.stringify({ minute: minute.finish, hours: hours.finish, growth, sizeBytes: recording?.sizeBytes })}\n`,
    );
  });
});
