import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evidenceKey, silentLogger, systemClock } from '@meetingbot/crds-schema';
import type { Page } from 'puppeteer';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Display, grabStill, startDisplay } from '../capture/index.ts';
import type { Visit } from '../platforms/index.ts';
import type { Quarters } from '../process/index.ts';
import { testQuarters } from '../process/quarters.fixture.ts';
import { ObjectStoreError } from '../upload/index.ts';
import { MemoryObjectStore } from '../upload/memory-object-store.ts';
import { EvidenceStore } from './evidence-store.ts';

const MEETING = { namespace: 'default', name: 'standup', uid: 'uid-1' };
const SIZE = { width: 320, height: 180 };
const deps = { clock: systemClock, logger: silentLogger, env: { PATH: process.env['PATH'] ?? '' } };

let dir: string;
let quarters: Quarters;
let display: Display;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'evidence-'));
  quarters = await testQuarters(deps);
  display = await startDisplay({ ...SIZE, quarters }, deps);
});
afterAll(async () => {
  await display.stop();
  await quarters.remove();
  await rm(dir, { recursive: true });
});

/** A page that does not let itself be drawn. */
function visitOf(): Visit {
  const page = {
    screenshot: () => Promise.reject(new Error('the page crashed')),
    content: () => Promise.resolve('<p>words</p>'),
    url: () => 'https://example.com/',
  };
  return { page: page as unknown as Page } as Visit;
}

function storeOf(screen: () => Promise<Uint8Array>) {
  const store = new MemoryObjectStore();
  const warnings: string[] = [];
  const evidence = new EvidenceStore({
    ...{ store, meeting: MEETING, attempt: 1, screen, clock: systemClock },
    logger: { ...silentLogger, warn: (facts, message) => void warnings.push(`${message} ${JSON.stringify(facts)}`) },
  });
  return { evidence, store, kept: store.objects, warnings };
}

it('keeps what the display shows where the page does not let itself be drawn, and says why', async () => {
  const screen = () => grabStill({ display: display.name, env: display.env, ...SIZE }, deps);
  const { evidence, kept, warnings } = storeOf(screen);

  expect(await evidence.keep(visitOf(), 'in vain')).toBe(evidenceKey(MEETING, 1, '01.json'));

  const picture = kept.get(evidenceKey(MEETING, 1, '01.png'))?.body ?? Buffer.alloc(24);
  expect(picture.toString('latin1', 1, 4)).toBe('PNG');
  expect([picture.readUInt32BE(16), picture.readUInt32BE(20)]).toEqual([SIZE.width, SIZE.height]);
  expect(kept.get(evidenceKey(MEETING, 1, '01.html.txt'))?.body.toString()).toBe('<p>words</p>');
  expect(warnings).toEqual([expect.stringMatching(/without the picture of the page .*the page crashed/)]);
});

it('keeps the rest where there is no picture at all', async () => {
  const { evidence, kept, warnings } = storeOf(() => grabStill({ display: ':no-such', env: {}, ...SIZE }, deps));

  expect(await evidence.keep(visitOf(), 'in vain')).toBe(evidenceKey(MEETING, 1, '01.json'));

  expect([...kept.keys()]).toEqual(['json', 'html.txt'].map((end) => evidenceKey(MEETING, 1, `01.${end}`)));
  expect(warnings.at(-1)).toMatch(/without the picture of the screen .*Command failed/);
});

it('tries again what S3 would not take at once', async () => {
  const { evidence, kept, store } = storeOf(() => Promise.resolve(Buffer.from('a picture')));
  const put = store.put.bind(store);
  const tried = new Set<string>();
  vi.spyOn(store, 'put').mockImplementation((key, ...rest) => {
    if (tried.has(key)) return put(key, ...rest);
    tried.add(key);
    return Promise.reject(new ObjectStoreError('Unavailable', 'socket hang up'));
  });

  await evidence.keep(visitOf(), 'in vain');

  expect([...kept.keys()].toSorted()).toEqual(
    ['html.txt', 'json', 'png'].map((end) => evidenceKey(MEETING, 1, `01.${end}`)),
  );
});
