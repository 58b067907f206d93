import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { boxesIn, requireBox } from '../mp4/boxes.ts';
import { FragmentSplitter } from '../mp4/fragment-splitter.ts';
import { encodeTake } from './encoded-media.fixture.ts';
import { SizesOnlyStore } from './sizes-only-store.fixture.ts';
import { WriterRig } from './writer-rig.fixture.ts';

const LOOP_SECONDS = 20;
const MIB = 1024 * 1024;

let rig: WriterRig;

beforeEach(() => {
  rig = new WriterRig();
});
afterEach(() => rig.close());

/** The fragments of one encoded loop; `shifted` gives them as they come when the loop has run before. */
class Loop {
  readonly init: Buffer;
  readonly fragments: readonly Buffer[];

  constructor(take: Buffer) {
    const units = new FragmentSplitter().push(take);
    this.init = units.find((unit) => unit.kind === 'init')?.bytes ?? Buffer.alloc(0);
    // The last fragment only drains the sound encoder, and would be followed by a hole.
    this.fragments = units
      .filter((unit) => unit.kind === 'fragment')
      .map((unit) => unit.bytes)
      .slice(0, LOOP_SECONDS / 2);
  }

  shifted(fragment: Buffer, rounds: number): Buffer {
    const copy = Buffer.from(fragment);
    const [moof] = boxesIn(copy);
    if (!moof) throw new Error('expected a moof');
    for (const traf of boxesIn(copy, moof.body, moof.end)) {
      if (traf.type !== 'traf') continue;
      const [tfhd, tfdt] = [requireBox(copy, traf, 'tfhd'), requireBox(copy, traf, 'tfdt')];
      const id = copy.readUInt32BE(tfhd.body + 4);
      const shift = rounds * LOOP_SECONDS * (id === 1 ? 12_800 : 48_000);
      copy.writeBigUInt64BE(copy.readBigUInt64BE(tfdt.body + 4) + BigInt(shift), tfdt.body + 4);
    }
    return copy;
  }
}

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

/** Records that many minutes as fast as they can be taken, and measures. */
async function recordMinutes(loop: Loop, minutes: number) {
  const store = new SizesOnlyStore();
  const writer = await rig.open(1, { store });
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
  const started = performance.now();
  const manifest = await writer.finish({ reason: 'MaxDuration' });
  const milliseconds = performance.now() - started;
  const finish = { bytes: store.sent.bytes - before.bytes, gets: store.sent.gets - before.gets, milliseconds };
  return { manifest, finish, live, disk: writer.lag().diskBytes };
}

describe('two hours', () => {
  it('are finished with as few bytes as one minute, but for the index, and take no more memory than ten minutes do, but for the index', async () => {
    const loop = new Loop(await encodeTake({ seconds: LOOP_SECONDS + 2, size: '640x360' }));

    const minute = await recordMinutes(loop, 1);
    const hours = await recordMinutes(loop, 120);

    const { recording } = hours.manifest;
    expect(hours.manifest.takes).toHaveLength(1);
    expect(recording?.durationSeconds).toBeCloseTo(7_200, 0);
    expect(recording?.videoFrames).toBe(180_000);
    expect(recording?.sizeBytes).toBeGreaterThan(500 * MIB);
    // Part 1 and the last part of two uploads, the index of both, the manifest; only the manifest is looked for.
    expect(hours.finish.bytes).toBeLessThan(4 * 5 * MIB + 5 * MIB);
    expect(hours.finish.gets).toBe(minute.finish.gets);
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
