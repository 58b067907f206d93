import { type Clock, silentLogger } from '@meetingbot/crds-schema';
import type { Page } from 'puppeteer';
import { expect, test, vi } from 'vitest';
import { SoundKeeper } from './sound-keeper.ts';
import type { PageSound } from './sound-verdict.ts';

/** With the third answer it is proved that the page has sound and the recording has none. */
const PROOF = 3;

const turn = () => new Promise((done) => setImmediate(done));

/** A silent recording of a page that talks, and that answers for the last time when the test wants it to. */
function rig() {
  let ms = 1_000_000;
  const clock: Clock = {
    now: () => ms,
    monotonic: () => ms,
    async sleep(duration, signal) {
      // What limits a call to the page is for ever.
      if (duration > 1000)
        return new Promise((_, gone) => signal?.addEventListener('abort', () => gone(signal.reason)));
      ms += duration;
      await turn();
    },
  };
  const sound = (): PageSound => {
    const seconds = ms / 1000;
    return {
      at: ms,
      received: [{ id: 'a', packets: ms, playedSeconds: seconds, energy: seconds / 100 }],
      players: 0,
      clocks: [],
    };
  };
  const proof = Promise.withResolvers<PageSound>();
  let asked = 0;
  const handle = { dispose: async () => undefined };
  const page = {
    evaluateHandle: async () => handle,
    queryObjects: async () => handle,
    evaluate: async () => {
      asked += 1;
      return asked < PROOF ? sound() : proof.promise;
    },
  } as unknown as Page;
  const told: string[] = [];
  const keeper = new SoundKeeper({
    stage: { hasLostAudioService: () => false },
    takes: { sound: () => ({ isSilent: true, silentMs: 60_000 }) },
    page: () => page,
    onLost: (what) => void told.push(what),
    onChange: () => void told.push('change'),
    ...{ clock, logger: silentLogger },
  });
  const answer = async () => {
    proof.resolve(sound());
    await turn();
  };
  return { keeper, told, answer, asked: () => asked };
}

test('sound that is proved to be lost is reported', async () => {
  const { keeper, told, answer, asked } = rig();
  keeper.start();
  await vi.waitFor(() => expect(asked()).toBe(PROOF));
  await answer();
  expect(told).toEqual(['change']);
  expect(keeper.health()).toMatchObject({ soundFaults: 1 });
  keeper.stop();
});

test('an answer that comes after the end of the meeting tells nothing', async () => {
  const { keeper, told, answer, asked } = rig();
  keeper.start();
  await vi.waitFor(() => expect(asked()).toBe(PROOF));

  keeper.stop();
  await answer();
  expect(told).toEqual([]);
  expect(keeper.health()).toMatchObject({ soundFaults: 0 });
});
