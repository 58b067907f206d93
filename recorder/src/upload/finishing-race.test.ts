import { AsyncLocalStorage } from 'node:async_hooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordingWriter } from './recording.ts';
import { salvage } from './salvage.ts';
import { prefix, WriterRig } from './writer-rig.fixture.ts';

type Name = 'lost' | 'successor';
/** Whose call it is. */
const caller = new AsyncLocalStorage<Name>();
let rig: WriterRig;

beforeEach(() => {
  rig = new WriterRig();
});
afterEach(() => rig.close());

/** One that was thought lost and is not, with a take that its successor does not know of; and the successor. */
async function recordBoth(pictureBytes: number): Promise<Record<Name, RecordingWriter>> {
  const lost = await caller.run('lost', () => rig.open(1));
  rig.record(lost, { name: 'a', seconds: 8 });
  await durable(lost, 8);
  const successor = await caller.run('successor', () => rig.open(2));
  rig.record(successor, { name: 'b', seconds: 8 }, 10);
  await durable(successor, 8);
  rig.record(lost, { name: 'c', seconds: 12, pictureBytes }, 20);
  await durable(lost, 20);
  return { lost, successor };
}

const durable = (writer: RecordingWriter, seconds: number) =>
  rig.until(() => writer.durableSeconds() >= seconds && writer.lag().memoryBytes === 0);

async function finish(name: Name, writer: RecordingWriter): Promise<void> {
  await caller.run(name, async () => {
    await writer.finish({ reason: 'HostEnded' }).catch(() => undefined);
    await writer.close();
  });
}

/** Holds `name` before its call number `at`, counted from 0, until the gate is opened. */
function hold(name: Name, at: number) {
  const held = { isThere: false, open: () => {} };
  const gate = new Promise<void>((resolve) => {
    held.open = resolve;
  });
  let calls = 0;
  rig.store.before = async () => {
    if (caller.getStore() !== name || calls++ !== at) return;
    held.isThere = true;
    await gate;
  };
  return held;
}

function expectTrueManifest(): void {
  const manifest = rig.manifest();
  for (const [name, said] of [
    ['recording.mp4', manifest?.recording],
    ['audio.m4a', manifest?.audio],
  ] as const) {
    if (said !== undefined) expect(rig.store.objects.get(prefix + name)?.etag).toBe(said.etag);
  }
}

describe.each([
  ['small', 24],
  ['of several parts', 60_000],
])('two recorders that finish at once, a recording %s', (_, pictureBytes) => {
  it.each<[Name, Name]>([
    ['lost', 'successor'],
    ['successor', 'lost'],
  ])('lose nothing, wherever the %s one is held while the %s one finishes', async (held, other) => {
    let isHeld = true;
    for (let at = 0; isHeld; at++) {
      await rig.close();
      rig = new WriterRig();
      const writers = await recordBoth(pictureBytes);
      const gate = hold(held, at);
      let isFinished = false;
      const finishing = finish(held, writers[held]).then(() => {
        isFinished = true;
      });
      await rig.until(() => gate.isThere || isFinished);
      isHeld = gate.isThere;
      expect(isHeld || at > 8).toBe(true);

      await finish(other, writers[other]);
      gate.open();
      await finishing;

      expectTrueManifest();
      await salvage(rig.options(3), { reason: 'RecorderLost' });
      expectTrueManifest();
      const counts = [...'abc'].map((name) => rig.pictures().split(name).length - 1);
      expect([at, ...counts]).toEqual([at, 8, 8, 12]);
      expect(rig.keys()).toEqual(['audio.m4a', 'manifest.json', 'recording.mp4']);
      expect(rig.store.uploads.size).toBe(0);
    }
  });
});
