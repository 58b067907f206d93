import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Meeting, RecorderHealth } from '@meetingbot/crds-schema';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type SeenRequest, SLOW_DOWN } from '../s3/fault-proxy.ts';
import { bandLevel } from '../testing/loudness.ts';
import { type Ended, expectWhole, inspect, tell } from './ended.ts';
import { NOTHING, Recordings } from './recordings.ts';

const AWAY = { kind: 'reset', afterBytes: 0 } as const;
const SLOW = { kind: 'bandwidth', bytesPerSecond: 15_000 } as const;
const REFUSED = { kind: 'error', status: 403, code: 'AccessDenied' } as const;
const puts =
  (what: RegExp) =>
  ({ method, url }: SeenRequest) =>
    method === 'PUT' && what.test(url);

let recordings: Recordings;
beforeAll(async () => {
  recordings = await Recordings.start();
});
afterAll(() => recordings?.close());

const lagsBehind = (seconds: number) => (health: RecorderHealth) => (health.uploadLagSeconds ?? 0) > seconds;
const isUpToDate = ({ uploadLagSeconds = 99 }: RecorderHealth) => uploadLagSeconds < 5;

async function expectNothingLost(ended: Ended): Promise<void> {
  expect(ended.meeting.status).toMatchObject({ phase: 'Completed', reason: 'HostEnded', outcome: ended.best });
  expect(ended.manifest.takes).toMatchObject([{ attempt: 1, take: 1 }]);
  expect(ended.gaps).toEqual([]);
  if (ended.late === 0) expect(ended.manifest.coverage).toBe(1);
  expect(ended.verdict.clockErrorSeconds).toBeLessThan(3);
  await expectWhole(recordings, ended);
}

describe.concurrent('a recording loses nothing', () => {
  it.each([
    ['away', 500, 'is away for twenty seconds', AWAY, 20],
    ['slow', 700, 'takes less than is recorded for a while', SLOW, 8],
  ])('when S3 does not keep up: %s', async (name, hertz, _, fault, lag) => {
    await recordings.record(name, hertz);
    const meeting = await recordings.untilSegments(name, 1);
    const heal = recordings.trouble(meeting, fault);
    await recordings.untilHealth(name, lagsBehind(lag));
    heal();
    const healed = performance.now();
    await recordings.untilHealth(name, isUpToDate);
    const caughtUp = (performance.now() - healed) / 1000;
    const ended = await inspect(recordings, await recordings.end(name), hertz);

    tell(name, { caughtUpSeconds: caughtUp, seconds: ended.verdict.seconds });
    expect(ended.verdict.seconds).toBeGreaterThan(lag);
    await expectNothingLost(ended);
  });

  it('when S3 asks to slow down', async () => {
    await recordings.record('throttled', 900);
    const meeting = await recordings.untilSegments('throttled', 1);
    recordings.trouble(meeting, SLOW_DOWN, ({ method }) => method === 'PUT', 6);
    await recordings.untilSegments('throttled', 4);
    const ended = await inspect(recordings, await recordings.end('throttled'), 900);

    const refused = recordings.log(ended.meeting).filter(({ message }) => message.startsWith('S3 call failed'));
    expect(refused.length).toBeGreaterThanOrEqual(6);
    await expectNothingLost(ended);
  });

  it('when what it sends arrives damaged: it is refused, and sent again', async () => {
    await recordings.record('damaged', 1100);
    const meeting = await recordings.untilSegments('damaged', 1);
    recordings.trouble(meeting, { kind: 'corrupt' }, puts(/\.m4s/), 2);
    await recordings.untilSegments('damaged', 3);
    recordings.trouble(meeting, { kind: 'corrupt' }, puts(/recording\.mp4/), 1);
    recordings.trouble(meeting, { kind: 'answer-lost' }, puts(/audio\.m4a/), 1);
    const ended = await inspect(recordings, await recordings.end('damaged'), 1100);

    const sent = recordings.proxy.seen.filter(({ url }) => url.includes(meeting.metadata.uid));
    const times = (what: RegExp) => sent.filter(puts(what)).length;
    expect(times(/take-1-000001\.m4s/)).toBe(3);
    expect(times(/recording\.mp4/)).toBe(2);
    expect(times(/audio\.m4a/)).toBe(2);
    await expectNothingLost(ended);
  });
});

describe.concurrent('a recording that S3 refuses for good', () => {
  it('ends as UploadFailed, keeps its media while the task lives, and is whole once somebody has put it', async () => {
    await recordings.record('refused', 1300, { maxAttempts: 1 });
    const meeting = await recordings.untilSegments('refused', 1);
    const heal = recordings.trouble(meeting, REFUSED, ({ method }) => method === 'PUT' || method === 'POST');
    recordings.recorder('refused').signal(/^(\S*\/)?ffmpeg /, 'SIGKILL');
    await recordings.untilHealth('refused', lagsBehind(8));
    // While the API does not take its last word the task lives on.
    recordings.tap.deafTo.add('refused');
    await recordings.stopTask(meeting);
    const kept = await vi.waitFor(() => keptMedia(meeting), { timeout: 100_000, interval: 100 });
    const secondTake = kept.filter(
      ({ key, contentType }) => key.includes('/take-2-') && contentType.startsWith('video/'),
    );
    const file = join(recordings.dataDir, 'kept.mp4');
    writeFileSync(file, Buffer.concat(secondTake.map(({ path }) => readFileSync(path))));
    heal();
    for (const { key, path, contentType } of kept) await recordings.put(key, readFileSync(path), contentType);
    recordings.tap.deafTo.delete('refused');
    const ended = await inspect(recordings, await recordings.over('refused'), 1300);

    tell('refused', { kept: kept.length, seconds: ended.verdict.seconds });
    expect(await bandLevel(file, 1300)).toBeGreaterThan(-25);
    expect(ended.meeting.status).toMatchObject({
      ...{ phase: 'Completed', reason: 'UploadFailed', attributedTo: 'Infrastructure', outcome: 'Partial' },
      attempts: [{ mode: 'record', exitCode: 50 }, { mode: 'salvage' }],
    });
    expect(ended.manifest.takes).toMatchObject([
      { attempt: 1, take: 1 },
      { attempt: 1, take: 2 },
    ]);
    await expectWhole(recordings, ended);
  });
});

/** What the recorder says that it has kept, and where each piece belongs. */
function keptMedia(meeting: Meeting): { path: string; key: string; contentType: string }[] {
  const directory = recordings.log(meeting).find((line) => line['directory'] !== undefined)?.['directory'];
  if (typeof directory !== 'string') throw new Error('not given up yet');
  const { objects } = JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8'));
  return objects.map(({ file, ...object }: { file: string; key: string; contentType: string }) => ({
    ...object,
    path: join(directory, file),
  }));
}

it('leaves nothing behind', async () => {
  await expect.poll(() => recordings.leftovers(), { timeout: 60_000 }).toEqual(NOTHING);
});
