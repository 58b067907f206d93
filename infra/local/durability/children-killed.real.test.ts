import { probe } from '@meetingbot/recorder';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { expectWhole, expectWholeSound, inspect, inspectSound, tell } from './ended.ts';
import { CHROMIUM, FFMPEG, PULSEAUDIO, XVFB } from './live-recorder.ts';
import { secondsToNotice } from './recorder-log.ts';
import { NOTHING, PICTURE, Recordings } from './recordings.ts';
import { deps } from './sound-verdict.ts';

/** What a new encoder, and what a new browser and joining again, may cost of a meeting where five recordings share two cores. */
const RESTARTED_SECONDS = 8;
const REJOINED_SECONDS = 30;

let recordings: Recordings;
beforeAll(async () => {
  recordings = await Recordings.start();
});
afterAll(() => recordings?.close());

describe.concurrent('a recording one of whose processes is killed', () => {
  it.each([
    ['chromium', 500, CHROMIUM, 'Rejoined', REJOINED_SECONDS],
    ['renderer', 700, /--type=renderer/, 'Rejoined', REJOINED_SECONDS],
    ['xvfb', 900, XVFB, 'Rejoined', REJOINED_SECONDS],
    ['pulseaudio', 1100, PULSEAUDIO, 'Rejoined', REJOINED_SECONDS],
    ['ffmpeg', 1300, FFMPEG, 'EncoderRestarted', RESTARTED_SECONDS],
  ])('goes on within seconds, and says what is missing: %s', async (name, hertz, command, cause, within) => {
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
    expect(gap?.seconds).toBeLessThan(within);
    expect(ended.verdict.clockErrorSeconds).toBeLessThan(3);
    await expectWhole(recordings, ended);
  });

  it.each([
    ['gpu', 1500, 'the GPU process', /--type=gpu-process/],
    ['network', 1700, 'the network service', /--utility-sub-type=network\.mojom\.NetworkService/],
  ])('has all of it when Chromium can mend that itself: %s', async (name, hertz, _, command) => {
    await recordings.record(name, hertz);
    await recordings.untilSegments(name, 1);
    recordings.recorder(name).signal(command, 'SIGKILL');
    await recordings.untilSegments(name, 3);
    const ended = await inspect(recordings, await recordings.end(name), hertz);

    tell(name, { frozenSeconds: ended.verdict.clockErrorSeconds, gapSeconds: ended.missing });
    expect(ended.meeting.status).toMatchObject({ phase: 'Completed', reason: 'HostEnded', outcome: ended.best });
    expect(ended.verdict.clockErrorSeconds).toBeLessThan(3);
    await expectWhole(recordings, ended);
  });

  it('has the sound again within seconds when the audio service is killed, and says what is missing', async () => {
    await recordings.record('audio-service', 1900);
    await recordings.untilSegments('audio-service', 1);
    recordings.recorder('audio-service').signal(/--utility-sub-type=audio\.mojom\.AudioService/, 'SIGKILL');
    await recordings.untilSegments('audio-service', 4);
    const ended = await inspect(recordings, await recordings.end('audio-service'), 1900);

    const [loss] = ended.manifest.soundLost ?? [];
    tell('audio-service', { soundLostSeconds: loss?.seconds, toneDb: ended.verdict.toneDb });
    expect(ended.manifest.takes).toMatchObject([{ attempt: 1, take: 1 }]);
    expect(ended.gaps).toEqual([]);
    expect(loss?.seconds).toBeGreaterThan(0);
    expect(loss?.seconds).toBeLessThan(12);
    await expectWhole(recordings, ended);
  });

  /** Kills a child of the recorder and what is put in its place. @returns when first, wall clock in milliseconds */
  async function killTwice(name: string, command: RegExp): Promise<number> {
    const recorder = recordings.recorder(name);
    const first = recorder.pids(command);
    const killed = recorder.signal(command, 'SIGKILL');
    const successors = () => recorder.pids(command).filter((pid) => !first.includes(pid));
    await vi.waitFor(() => expect(successors()).not.toEqual([]), { timeout: 60_000, interval: 20 });
    recorder.signal(command, 'SIGKILL');
    return killed;
  }

  // An encoder that dies while it starts is not tried a third time where it is: the meeting is joined again.
  it.each([
    ['chromium-again', 550, CHROMIUM],
    ['ffmpeg-again', 750, FFMPEG],
  ])('goes on though what is put in its place is killed, too: %s', async (name, hertz, command) => {
    await recordings.record(name, hertz);
    await recordings.untilSegments(name, 1);
    await killTwice(name, command);
    await recordings.untilSegments(name, 2, 2);
    const ended = await inspect(recordings, await recordings.end(name), hertz);

    tell(name, { gapSeconds: ended.missing });
    expect(ended.meeting.status).toMatchObject({ phase: 'Completed', reason: 'HostEnded', outcome: 'Partial' });
    expect(ended.manifest.takes).toMatchObject([{ attempt: 1 }, { attempt: 1 }]);
    expect(ended.gaps).toMatchObject([{ cause: 'Rejoined' }]);
    await expectWhole(recordings, ended);
  });

  it('ends with its meeting that is over when it is joined again, and says why the last seconds are missing', async () => {
    await recordings.record('over', 450);
    await recordings.untilSegments('over', 1);
    const killed = await killTwice('over', CHROMIUM);
    const ended = await inspect(recordings, await recordings.end('over'), 450);

    const [gap] = ended.gaps;
    const lost = (killed - Date.parse(gap?.from ?? '')) / 1000;
    tell('over', { lostSeconds: lost, gapSeconds: gap?.seconds });
    expect(ended.meeting.status).toMatchObject({ phase: 'Completed', reason: 'HostEnded' });
    expect(ended.manifest.takes).toMatchObject([{ attempt: 1, take: 1 }]);
    expect(ended.gaps).toMatchObject([{ cause: 'Rejoined' }]);
    expect(Math.abs(lost)).toBeLessThan(10);
    await expectWhole(recordings, ended);
  });

  it.each([
    ['lobby-chromium', 350, CHROMIUM],
    ['lobby-renderer', 650, /--type=renderer/],
    ['lobby-xvfb', 850, XVFB],
    ['lobby-pulseaudio', 1050, PULSEAUDIO],
  ])('has all of it when that happens in the lobby: %s', async (name, hertz, command) => {
    await recordings.recordFromLobby(name, hertz);
    recordings.recorder(name).signal(command, 'SIGKILL');
    recordings.pages.order(name, 'admit');
    const recorded = await recordings.untilSegments(name, 2);
    const ended = await inspect(recordings, await recordings.end(name), hertz);

    expect(recordings.log(recorded).map(({ action }) => action)).toContain('rejoin');
    expect(ended.meeting.status).toMatchObject({ phase: 'Completed', reason: 'HostEnded', outcome: ended.best });
    expect(ended.manifest.takes).toMatchObject([{ attempt: 1, take: 1 }]);
    expect(ended.gaps).toEqual([]);
    await expectWhole(recordings, ended);
  });

  it('has all of it when all of them are killed while it is finished', async () => {
    const heal = await recordings.recordToFinish('finishing', 1250);
    const recorder = recordings.recorder('finishing');
    // It says that it finishes before its encoder has ended; the browser is there a second longer, for the page's goodbye.
    await vi.waitFor(() => expect(recorder.pids(FFMPEG)).toEqual([]), { timeout: 20_000, interval: 20 });
    for (const command of [CHROMIUM, XVFB, PULSEAUDIO]) recorder.signal(command, 'SIGKILL');
    heal();
    const ended = await inspect(recordings, await recordings.over('finishing'), 1250);

    expect(ended.meeting.status).toMatchObject({ phase: 'Completed', reason: 'HostEnded', outcome: ended.best });
    expect(ended.gaps).toEqual([]);
    await expectWhole(recordings, ended);
  });

  it('goes on where only sound is recorded, and the page draws little', async () => {
    await recordings.record('sound-only', 950, { recording: { ...PICTURE, kind: 'audio' } });
    await recordings.untilSegments('sound-only', 1);
    recordings.recorder('sound-only').signal(FFMPEG, 'SIGKILL');
    await recordings.untilSegments('sound-only', 2, 2);
    const drawn = recordings.pages.drawnRate('sound-only');
    const ended = await inspectSound(recordings, await recordings.end('sound-only'), 950);

    const [gap] = ended.gaps;
    tell('sound-only', {
      drawnRate: drawn,
      gapSeconds: gap?.seconds,
      beepErrorSeconds: ended.verdict.beepErrorSeconds,
    });
    expect(drawn).toBeLessThan(7);
    expect(ended.meeting.status).toMatchObject({ phase: 'Completed', reason: 'HostEnded', outcome: 'Partial' });
    expect(ended.manifest).toMatchObject({ kind: 'audio', takes: [{ take: 1 }, { take: 2 }] });
    expect(ended.manifest.recording?.width).toBeUndefined();
    expect((await probe(ended.files.recording, deps)).tracks).toMatchObject([{ kind: 'audio', channels: 2 }]);
    expect(ended.gaps).toMatchObject([{ cause: 'EncoderRestarted' }]);
    expect(gap?.seconds).toBeLessThan(RESTARTED_SECONDS);
    await expectWholeSound(recordings, ended);
  });
});

it('leaves nothing behind', async () => {
  await expect.poll(() => recordings.leftovers(), { timeout: 60_000 }).toEqual(NOTHING);
});
