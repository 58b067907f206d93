import { AsyncLocalStorage } from 'node:async_hooks';
import { crc32 } from 'node:zlib';
import { type ManifestTake, timelineKey } from '@meetingbot/crds-schema';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WriteCondition } from './object-store.ts';
import type { RecordingWriter } from './recording.ts';
import { salvage } from './salvage.ts';
import { meeting, prefix, QuickClock, WriterRig } from './writer-rig.fixture.ts';

type Name = 'lost' | 'successor';
/** What the successor and the lost one record after the successor has begun, in seconds and bytes a picture. */
interface Later {
  readonly successor: number;
  readonly lost: number;
  readonly pictureBytes: number;
}
/** Whose call it is. */
const caller = new AsyncLocalStorage<Name>();
const startedAt = new QuickClock().time;
let rig: WriterRig;

beforeEach(() => {
  rig = new WriterRig();
});
afterEach(() => rig.close());

/** One that was thought lost and is not, and its successor; both have all they recorded in S3. */
async function recordBoth({ successor: own, lost: more, pictureBytes }: Later): Promise<Record<Name, RecordingWriter>> {
  const lost = await caller.run('lost', () => rig.open(1));
  rig.record(lost, { name: 'a', seconds: 2 });
  await durable(lost, 2);
  const clock = new QuickClock();
  clock.time = startedAt + 60_000;
  const successor = await caller.run('successor', () => rig.open(2, { clock }));
  if (own > 0) rig.record(successor, { name: 'b', seconds: own }, 10);
  await durable(successor, own);
  if (more > 0) rig.record(lost, { name: 'c', seconds: more, pictureBytes }, 20);
  await durable(lost, 2 + more);
  return { lost, successor };
}

const durable = (writer: RecordingWriter, seconds: number) =>
  rig.until(() => writer.durableSeconds() >= seconds && writer.lag().memoryBytes === 0);

const timelineOf = (takes: readonly ManifestTake[]) => Buffer.from(JSON.stringify(takes.map(({ attempt }) => attempt)));

async function timeline(takes: readonly ManifestTake[], condition: WriteCondition): Promise<string> {
  const key = timelineKey(meeting);
  await rig.store.put(key, timelineOf(takes), { contentType: 'application/json', ...condition });
  return key;
}

/** Holds each before its call number `at`, counted from 0, until it is let go. */
function hold(at: Record<Name, number>) {
  const calls = { lost: 0, successor: 0 };
  const isHeld = { lost: false, successor: false };
  const letGo: Partial<Record<Name, () => void>> = {};
  rig.store.before = async () => {
    const name = caller.getStore();
    if (name === undefined || calls[name]++ !== at[name]) return;
    isHeld[name] = true;
    await new Promise<void>((resolve) => {
      letGo[name] = resolve;
    });
  };
  return { isHeld, letGo: (name: Name) => letGo[name]?.() };
}

function finish(name: Name, writer: RecordingWriter) {
  const finishing = { isOver: false, over: Promise.resolve() };
  finishing.over = caller.run(name, async () => {
    await writer.finish({ reason: 'HostEnded', timeline }).catch(() => undefined);
    await writer.close();
    finishing.isOver = true;
  });
  return finishing;
}

function expectTrueManifest(where: string): void {
  const manifest = rig.manifest();
  for (const [name, said] of [
    ['recording.mp4', manifest?.recording],
    ['audio.m4a', manifest?.audio],
  ] as const) {
    if (said === undefined) continue;
    const { body, etag } = rig.store.objects.get(prefix + name) ?? { body: Buffer.alloc(0), etag: 'none' };
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(body));
    expect([where, name, etag, sum.toString('base64')]).toEqual([where, name, said.etag, said.checksumCRC32]);
  }
  if (manifest?.timeline === undefined) return;
  expect(rig.store.objects.get(timelineKey(meeting))?.body).toEqual(timelineOf(manifest.takes));
}

/** `first` comes to its call `at`, then the other one to its call `otherAt`; then `first` goes on to its end, then the other. */
async function race(first: Name, later: Later, at: number, otherAt: number): Promise<Record<Name, boolean>> {
  await rig.close();
  rig = new WriterRig();
  const other = first === 'lost' ? 'successor' : 'lost';
  const writers = await recordBoth(later);
  const { isHeld, letGo } = hold({ lost: at, successor: at, [other]: otherAt });
  const one = finish(first, writers[first]);
  await rig.until(() => isHeld[first] || one.isOver);
  const two = finish(other, writers[other]);
  await rig.until(() => isHeld[other] || two.isOver);
  letGo(first);
  await one.over;
  letGo(other);
  await two.over;
  return isHeld;
}

/** What is there is true, and has, after a salvage, all that was recorded. */
async function expectNothingLost(where: string, { lost, successor }: Later): Promise<void> {
  expectTrueManifest(where);
  await salvage(rig.options(3), { reason: 'RecorderLost' });
  expectTrueManifest(`${where}, salvaged`);
  const counts = [...'abc'].map((name) => rig.pictures().split(name).length - 1);
  expect([where, ...counts]).toEqual([where, 2, successor, lost]);
  // The salvage has seen nobody.
  const keys = rig.keys().filter((key) => key !== 'timeline.json');
  expect(keys).toEqual(['audio.m4a', 'manifest.json', 'recording.mp4']);
  expect(rig.store.uploads.size).toBe(0);
}

describe.each<[Name, Name]>([
  ['lost', 'successor'],
  ['successor', 'lost'],
])('the %s recorder is held at its end, then the %s one', (first, other) => {
  it.each<[string, Later]>([
    ['which have media of their own', { successor: 1, lost: 2, pictureBytes: 24 }],
    ['which have the same media', { successor: 0, lost: 0, pictureBytes: 24 }],
  ])('and nothing is lost, wherever that is, of recordings %s', async (_, later) => {
    let [isHeld, deepest] = [true, 0];
    for (let at = 0; isHeld; at++) {
      let isOtherHeld = true;
      for (let otherAt = 0; isOtherHeld; otherAt++) {
        const held = await race(first, later, at, otherAt);
        [isHeld, isOtherHeld] = [held[first], held[other]];
        if (isOtherHeld) deepest = Math.max(deepest, otherAt);
        await expectNothingLost(`${first} at ${at}, ${other} at ${otherAt}`, later);
      }
    }
    expect(deepest).toBeGreaterThan(12);
  });

  it('and nothing is lost of a recording of several parts', async () => {
    const later = { successor: 1, lost: 4, pictureBytes: 120_000 };
    for (let [at, isHeld] = [0, true]; isHeld; at++) {
      isHeld = (await race(first, later, at, Number.POSITIVE_INFINITY))[first];
      await expectNothingLost(`${first} at ${at}`, later);
    }
  });
});
