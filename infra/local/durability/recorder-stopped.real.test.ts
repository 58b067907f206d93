import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ended, expectWhole, inspect, tell } from './ended.ts';
import { NOTHING, Recordings } from './recordings.ts';

/** Of Spot's two minutes. */
const GONE_SECONDS = 100;

let recordings: Recordings;
beforeAll(async () => {
  recordings = await Recordings.start();
});
afterAll(() => recordings?.close());

/** Has ECS stop the task, and waits until it is gone. @returns after how many seconds */
async function stop(name: string): Promise<number> {
  const told = performance.now();
  await recordings.stopTask(await recordings.api.get(name));
  await recordings.until(name, 'stopped', ({ status }) => status.attempts[0]?.exitCode !== undefined);
  return (performance.now() - told) / 1000;
}

/** What the recorder that was stopped said last. */
function lastWords({ meeting }: Ended) {
  return recordings.log(meeting).findLast(({ attempt }) => attempt === 1);
}

describe.concurrent('a recorder whose host is taken away', () => {
  it('while it joins is gone in time, and the next one joins', async () => {
    await recordings.record('joining', 1300);
    await recordings.until('joining', 'joining', ({ status }) => status.recorder?.phase === 'Joining');
    const seconds = await stop('joining');
    await recordings.untilSegments('joining', 2);
    const ended = await inspect(recordings, await recordings.end('joining'), 1300);

    tell('joining', { goneSeconds: seconds });
    expect(seconds).toBeLessThan(GONE_SECONDS);
    expect(ended.meeting.status).toMatchObject({ phase: 'Completed', reason: 'HostEnded', outcome: ended.best });
    expect(ended.meeting.status.attempts).toMatchObject([{ exitCode: 143 }, { mode: 'record' }]);
    expect(lastWords(ended)).toMatchObject({ message: 'the recorder ends', reason: 'Terminated' });
    expect(ended.gaps).toEqual([]);
    await expectWhole(recordings, ended);
  });

  it('while it waits in the lobby is gone in time, and the next one waits and is let in', async () => {
    await recordings.recordFromLobby('lobby', 1700);
    const seconds = await stop('lobby');
    await recordings.letInNext('lobby');
    const ended = await inspect(recordings, await recordings.end('lobby'), 1700);

    tell('lobby', { goneSeconds: seconds });
    expect(seconds).toBeLessThan(GONE_SECONDS);
    expect(ended.meeting.status).toMatchObject({ phase: 'Completed', reason: 'HostEnded', outcome: ended.best });
    expect(ended.meeting.status.attempts).toMatchObject([{ exitCode: 143 }, { mode: 'record' }]);
    expect(ended.manifest.takes).toMatchObject([{ attempt: 2, take: 1 }]);
    expect(ended.gaps).toEqual([]);
    await expectWhole(recordings, ended);
  });

  it('while it records leaves in time with all it has, and the next one goes on', async () => {
    await recordings.record('recording', 1100);
    await recordings.untilSegments('recording', 2);
    const seconds = await stop('recording');
    // The first one's segments have gone into its file.
    await recordings.untilSegments('recording', 2);
    const ended = await inspect(recordings, await recordings.end('recording'), 1100);

    tell('recording', { goneSeconds: seconds, gapSeconds: ended.missing });
    expect(seconds).toBeLessThan(GONE_SECONDS);
    expect(ended.meeting.status).toMatchObject({ phase: 'Completed', reason: 'HostEnded' });
    expect(ended.meeting.status.attempts).toMatchObject([{ exitCode: 143 }, { mode: 'record' }]);
    expect(ended.manifest).toMatchObject({ takes: [{ attempt: 1 }, { attempt: 2 }], writtenBy: 2 });
    expect(lastWords(ended)).toMatchObject({ message: 'the recorder ends', reason: 'Terminated', outcome: ended.best });
    await expectWhole(recordings, ended);
  });

  it('while it finishes, and S3 takes nothing, is gone in time, and the next one finishes', async () => {
    const heal = await recordings.recordToFinish('finishing', 1500);
    const seconds = await stop('finishing');
    heal();
    const ended = await inspect(recordings, await recordings.over('finishing'), 1500);

    tell('finishing', { goneSeconds: seconds, seconds: ended.verdict.seconds });
    expect(seconds).toBeLessThan(GONE_SECONDS);
    expect(ended.meeting.status).toMatchObject({ phase: 'Completed', reason: 'HostEnded' });
    expect(ended.manifest).toMatchObject({ takes: [{ attempt: 1, take: 1 }], writtenBy: 2 });
    // Two segments of four seconds: nothing but they need have been recorded.
    expect(ended.verdict.seconds).toBeGreaterThan(7.9);
    await expectWhole(recordings, ended);
  });
});

it('leaves nothing behind', async () => {
  await expect.poll(() => recordings.leftovers(), { timeout: 60_000 }).toEqual(NOTHING);
});
