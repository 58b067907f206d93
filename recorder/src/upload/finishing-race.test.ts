import { AsyncLocalStorage } from 'node:async_hooks';
import { crc32 } from 'node:zlib';
import { type ManifestTake, timelineKey } from '@meetingbot/crds-schema';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { madeTake } from '../mp4/made-media.fixture.ts';
import type { WriteCondition } from './object-store.ts';
import type { RecordingWriter } from './recording.ts';
import { salvage } from './salvage.ts';
import { UploadError } from './upload-error.ts';
import { meeting, prefix, QuickClock, WriterRig } from './writer-rig.fixture.ts';

type Name = 'lost' | 'successor';
/** What the successor and the lost one record after the successor has begun, in seconds and bytes a picture. */
interface Later {
  readonly successor: number;
  readonly lost: number;
  readonly pictureBytes: number;
  /** The lost one's encoder has run through: it is all one take. */
  readonly isOneTake?: boolean;
}
/** What the lost one has recorded before, in seconds: a whole segment. */
const BEFORE_SECONDS = 4;
/** Whose call it is. */
const caller = new AsyncLocalStorage<Name>();
const startedAt = new QuickClock().time;
let rig: WriterRig;

// Hundreds of endings each.
vi.setConfig({ testTimeout: 120_000 });

beforeEach(() => {
  rig = new WriterRig();
});
afterEach(() => rig.close());

/** One that was thought lost and is not, and its successor; both have all they recorded in S3. */
async function recordBoth(later: Later): Promise<Record<Name, RecordingWriter>> {
  const { successor: own, lost: more, pictureBytes, isOneTake } = later;
  const lost = await caller.run('lost', () => rig.open(1));
  const sink = lost.startTake({ startedAt });
  const { init, fragments } = madeTake({ name: 'a', seconds: BEFORE_SECONDS });
  sink.write(Buffer.concat([init, ...fragments]));
  await durable(lost, BEFORE_SECONDS);
  const clock = new QuickClock();
  clock.time = startedAt + 60_000;
  const successor = await caller.run('successor', () => rig.open(2, { clock }));
  if (own > 0) rig.record(successor, { name: 'b', seconds: own }, 10);
  await durable(successor, own);
  if (isOneTake) {
    const whole = madeTake({ name: 'c', seconds: BEFORE_SECONDS + more, pictureBytes });
    sink.write(Buffer.concat(whole.fragments.slice(fragments.length)));
  }
  sink.end();
  if (more > 0 && !isOneTake) rig.record(lost, { name: 'c', seconds: more, pictureBytes }, 20);
  await durable(lost, BEFORE_SECONDS + more);
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
    try {
      await writer.finish({ reason: 'HostEnded', timeline });
    } catch (error) {
      if (!(error instanceof UploadError) || error.code !== 'Contended') throw error;
    }
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

interface Place {
  readonly at: number;
  readonly otherAt: number;
  /** The other one is killed there. */
  readonly isKilled?: boolean;
}

/** `first` comes to its call `at`, then the other one to its call `otherAt`; then `first` goes on to its end, then the other. */
async function race(first: Name, later: Later, { at, otherAt, isKilled }: Place): Promise<Record<Name, boolean>> {
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
  if (isKilled && isHeld[other]) {
    rig.kill(writers[other]);
    return isHeld;
  }
  letGo(other);
  await two.over;
  expect(rig.manifest(), `${first} at ${at}, ${other} at ${otherAt}`).toBeDefined();
  return isHeld;
}

/** What is there is true, and has, after a salvage, all that was recorded. */
async function expectNothingLost(where: string, { lost, successor }: Later, isOneDead = false): Promise<void> {
  // One that is killed between replacing the files and its manifest leaves the other one's manifest beside its files.
  if (!isOneDead) expectTrueManifest(where);
  await salvage(rig.options(3), { reason: 'RecorderLost' });
  expectTrueManifest(`${where}, salvaged`);
  const counts = [...'abc'].map((name) => rig.pictures().split(name).length - 1);
  expect([where, ...counts]).toEqual([where, BEFORE_SECONDS, successor, lost]);
  // The salvage has seen nobody.
  const isLeft = (key: string) => key === 'timeline.json' || (isOneDead && key.startsWith('attempts/finishing/'));
  const keys = rig.keys().filter((key) => !isLeft(key));
  expect(keys).toEqual(['audio.m4a', 'manifest.json', 'recording.mp4']);
  expect(rig.store.uploads.size).toBe(0);
}

/** Each call of one, or each so-manieth, against each of the other. @returns the last call of the other one that was held */
async function raceEverywhere(first: Name, later: Later, { every = 1, isKilled = false } = {}): Promise<number> {
  const other = first === 'lost' ? 'successor' : 'lost';
  let [isHeld, deepest] = [true, 0];
  for (let at = 0; isHeld; at += every) {
    let isOtherHeld = true;
    for (let otherAt = 0; isOtherHeld; otherAt++) {
      const held = await race(first, later, { at, otherAt, isKilled });
      [isHeld, isOtherHeld] = [held[first], held[other]];
      if (isOtherHeld) deepest = Math.max(deepest, otherAt);
      await expectNothingLost(`${first} at ${at}, ${other} at ${otherAt}`, later, isKilled);
    }
  }
  return deepest;
}

describe.each<[Name, Name]>([
  ['lost', 'successor'],
  ['successor', 'lost'],
])('the %s recorder is held at its end, then the %s one', (first) => {
  it.each<[string, Later]>([
    ['which have media of their own', { successor: 1, lost: 2, pictureBytes: 24 }],
    ['which have the same media', { successor: 0, lost: 0, pictureBytes: 24 }],
  ])('and nothing is lost, wherever that is, of recordings %s', async (_, later) => {
    expect(await raceEverywhere(first, later)).toBeGreaterThan(12);
  });

  it.each<[string, Later]>([
    ['of several parts', { successor: 1, lost: 4, pictureBytes: 120_000 }],
    ['where the lost one went on with its take', { successor: 1, lost: 4, pictureBytes: 24, isOneTake: true }],
    ['where the successor has recorded nothing', { successor: 0, lost: 4, pictureBytes: 24, isOneTake: true }],
  ])('and nothing is lost of a recording %s', async (_, later) => {
    for (let [at, isHeld] = [0, true]; isHeld; at++) {
      isHeld = (await race(first, later, { at, otherAt: Number.POSITIVE_INFINITY }))[first];
      await expectNothingLost(`${first} at ${at}`, later);
    }
  });

  it('and nothing is lost where the second one is killed there', async () => {
    const later = { successor: 1, lost: 4, pictureBytes: 24, isOneTake: true };
    expect(await raceEverywhere(first, later, { every: 3, isKilled: true })).toBeGreaterThan(12);
  });
});
