import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SeenRequest } from '../s3/fault-proxy.ts';
import { type Ended, expectWhole, inspect, tell } from './ended.ts';
import { NOTHING, Recordings } from './recordings.ts';

const AWAY = { kind: 'reset', afterBytes: 0 } as const;
const putsFile = ({ method, url }: SeenRequest) => method === 'PUT' && url.includes('recording.mp4');

let recordings: Recordings;
beforeAll(async () => {
  recordings = await Recordings.start();
});
afterAll(() => recordings?.close());

/** Lets a recording begin, and waits for no particular moment of a segment's life. */
async function recordTo(name: string, hertz: number, spec = {}) {
  await recordings.record(name, hertz, spec);
  const meeting = await recordings.untilSegments(name, 1);
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 6000));
  return meeting;
}

/** How much of what was captured before the kill is not in the recording, in seconds. */
function lostBefore(killed: number, { manifest }: Ended): number {
  const last = manifest.takes.findLast(({ attempt }) => attempt === 1);
  return (killed - Date.parse(last?.startedAt ?? '')) / 1000 - (last?.durationSeconds ?? 0);
}

describe.concurrent('a recording whose recorder is lost', () => {
  it.each([
    ['process', 500, async () => recordings.recorder('process').signal(/recorder\/src\/main\.ts/, 'SIGKILL')],
    ['task', 700, async () => recordings.killTask(await recordings.api.get('task'))],
  ])('is gone on with by the next one, and loses at most ten seconds: %s', async (name, hertz, kill) => {
    await recordTo(name, hertz);
    const killed = await kill();
    await recordings.untilSegments(name, 2, 2);
    const ended = await inspect(recordings, await recordings.end(name), hertz);

    const lost = lostBefore(killed, ended);
    tell(name, { lostSeconds: lost, gapSeconds: ended.missing });
    const { status } = ended.meeting;
    expect(status).toMatchObject({ phase: 'Completed', reason: 'HostEnded', outcome: 'Partial' });
    expect(status.attempts).toMatchObject([{ mode: 'record', exitCode: 137 }, { mode: 'record' }]);
    expect(ended.manifest).toMatchObject({
      takes: [{ attempt: 1 }, { attempt: 2 }],
    });
    expect(ended.gaps).toMatchObject([{ cause: 'RecorderLost' }]);
    expect(lost).toBeLessThan(10);
    expect(ended.verdict.clockErrorSeconds).toBeLessThan(3);
    await expectWhole(recordings, ended);
  });

  it('and that may not be launched again is assembled from what was durable, and announced', async () => {
    await recordTo('salvaged', 900, { maxAttempts: 1 });
    const killed = await recordings.killTask(await recordings.api.get('salvaged'));
    const ended = await inspect(recordings, await recordings.over('salvaged'), 900);

    const lost = lostBefore(killed, ended);
    tell('salvaged', { lostSeconds: lost, seconds: ended.verdict.seconds });
    const { status, metadata } = ended.meeting;
    expect(status).toMatchObject({ phase: 'Completed', outcome: 'Partial', attributedTo: 'Infrastructure' });
    expect(status.attempts.map(({ mode }) => mode)).toEqual(['record', 'salvage']);
    expect(ended.manifest.takes).toMatchObject([{ attempt: 1 }]);
    expect(lost).toBeLessThan(10);
    await expectWhole(recordings, ended);
    const calls = recordings.receiver.received.filter(({ body }) => body.meeting.uid === metadata.uid);
    expect(calls).toMatchObject([{ faults: [], body: { metadata: { storage: { key: status.recording?.key } } } }]);
  });

  it('and whose salvage is lost before its file is there is assembled by another one', async () => {
    await recordTo('salvaged-again', 1900, { maxAttempts: 1 });
    const meeting = await recordings.api.get('salvaged-again');
    const heal = recordings.trouble(meeting, AWAY, putsFile);
    await recordings.killTask(meeting);
    const salvaged = await recordings.until('salvaged-again', 'being salvaged', () =>
      recordings.proxy.seen.some((request) => request.url.includes(meeting.metadata.uid) && putsFile(request)),
    );
    await recordings.killTask(salvaged);
    heal();
    const ended = await inspect(recordings, await recordings.over('salvaged-again'), 1900);

    const { status } = ended.meeting;
    expect(status).toMatchObject({ phase: 'Completed', outcome: 'Partial', attributedTo: 'Infrastructure' });
    expect(status.attempts.map(({ mode }) => mode)).toEqual(['record', 'salvage', 'salvage']);
    expect(ended.manifest).toMatchObject({ takes: [{ attempt: 1 }], writtenBy: 3 });
    await expectWhole(recordings, ended);
  });

  it('before anything of it is durable is replaced by one that records, and what it had is missing', async () => {
    const heal = recordings.trouble(await recordings.record('unwritten', 1100), AWAY, ({ url }) =>
      url.includes('.m4s'),
    );
    const meeting = await recordings.until('unwritten', 'recording', ({ status }) => {
      return status.recorder?.phase === 'Recording';
    });
    await recordings.killTask(meeting);
    heal();
    await recordings.untilSegments('unwritten', 2);
    const ended = await inspect(recordings, await recordings.end('unwritten'), 1100);

    tell('unwritten', { gapSeconds: ended.missing });
    expect(ended.meeting.status).toMatchObject({ phase: 'Completed', reason: 'HostEnded', outcome: 'Partial' });
    expect(ended.manifest.takes).toMatchObject([{ attempt: 2, take: 1 }]);
    expect(ended.manifest.gaps).toMatchObject([{ cause: 'RecorderLost' }]);
    // The first one had joined, and all that it had is missing.
    await expectWhole(recordings, ended, { late: ended.missing + 1 });
  });

  it('while it joins is replaced by one that joins', async () => {
    await recordings.record('joining', 1300);
    const meeting = await recordings.until('joining', 'joining', ({ status }) => status.recorder?.phase === 'Joining');
    await recordings.killTask(meeting);
    await recordings.untilSegments('joining', 2);
    const ended = await inspect(recordings, await recordings.end('joining'), 1300);

    expect(ended.meeting.status).toMatchObject({ phase: 'Completed', reason: 'HostEnded', outcome: ended.best });
    expect(ended.manifest.takes).toMatchObject([{ attempt: 2, take: 1 }]);
    expect(ended.gaps).toEqual([]);
    await expectWhole(recordings, ended);
  });

  it('while it waits in the lobby is replaced by one that waits, and is let in', async () => {
    const meeting = await recordings.recordFromLobby('lobby', 1700);
    await recordings.killTask(meeting);
    await recordings.letInNext('lobby');
    const ended = await inspect(recordings, await recordings.end('lobby'), 1700);

    expect(ended.meeting.status).toMatchObject({ phase: 'Completed', reason: 'HostEnded', outcome: ended.best });
    expect(ended.manifest.takes).toMatchObject([{ attempt: 2, take: 1 }]);
    expect(ended.gaps).toEqual([]);
    await expectWhole(recordings, ended);
  });

  it('while it finishes is replaced by one that finishes, though the meeting is over', async () => {
    const heal = await recordings.recordToFinish('finishing', 1500);
    await recordings.killTask(await recordings.api.get('finishing'));
    heal();
    const ended = await inspect(recordings, await recordings.over('finishing'), 1500);

    tell('finishing', { seconds: ended.verdict.seconds, gapSeconds: ended.missing });
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
