import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectWhole, inspect, tell } from './ended.ts';
import { secondsToNotice } from './recorder-log.ts';
import { NOTHING, Recordings } from './recordings.ts';

let recordings: Recordings;
beforeAll(async () => {
  recordings = await Recordings.start();
});
afterAll(() => recordings?.close());

describe.concurrent('a recording one of whose processes is killed', () => {
  it.each([
    ['chromium', 500, /^\S*chromium(?!.*--type=)/, 'Rejoined'],
    ['renderer', 700, /--type=renderer/, 'Rejoined'],
    ['xvfb', 900, /^(\S*\/)?Xvfb /, 'Rejoined'],
    ['pulseaudio', 1100, /^(\S*\/)?pulseaudio /, 'Rejoined'],
    ['ffmpeg', 1300, /^(\S*\/)?ffmpeg /, 'EncoderRestarted'],
  ])('goes on within seconds, and says what is missing: %s', async (name, hertz, command, cause) => {
    await recordings.record(name, hertz);
    await recordings.untilSegments(name, 1);
    const killed = recordings.recorder(name).signal(command, 'SIGKILL');
    await recordings.untilSegments(name, 2, 2);
    const ended = await inspect(recordings, await recordings.end(name), hertz);

    const noticed = secondsToNotice(recordings.log(ended.meeting), killed);
    const [gap] = ended.gaps;
    const lost = (killed - Date.parse(gap?.from ?? '')) / 1000;
    tell(name, { noticedSeconds: noticed, lostSeconds: lost, gapSeconds: gap?.seconds });
    expect(ended.meeting.status).toMatchObject({ phase: 'Completed', reason: 'HostEnded', outcome: 'Partial' });
    expect(ended.manifest).toMatchObject({
      takes: [
        { attempt: 1, take: 1 },
        { attempt: 1, take: 2 },
      ],
    });
    expect(ended.gaps).toMatchObject([{ cause }]);
    expect(noticed).toBeLessThan(10);
    // What is in an unfinished fragment goes with the encoder; where the machine is slow, that is more than two seconds.
    expect(lost).toBeLessThan(10);
    expect(ended.verdict.clockErrorSeconds).toBeLessThan(3);
    await expectWhole(recordings, ended);
  });

  it('has all of it when Chromium can mend that itself: the GPU process', async () => {
    await recordings.record('gpu', 1500);
    await recordings.untilSegments('gpu', 1);
    recordings.recorder('gpu').signal(/--type=gpu-process/, 'SIGKILL');
    await recordings.untilSegments('gpu', 3);
    const ended = await inspect(recordings, await recordings.end('gpu'), 1500);

    tell('gpu', { frozenSeconds: ended.verdict.clockErrorSeconds, gapSeconds: ended.missing });
    expect(ended.meeting.status).toMatchObject({ phase: 'Completed', reason: 'HostEnded', outcome: ended.best });
    expect(ended.verdict.clockErrorSeconds).toBeLessThan(3);
    await expectWhole(recordings, ended);
  });
});

it('leaves nothing behind', async () => {
  await expect.poll(() => recordings.leftovers(), { timeout: 60_000 }).toEqual(NOTHING);
});
