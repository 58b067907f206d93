import { execFileSync } from 'node:child_process';
import type { Meeting, RecordingManifest } from '@meetingbot/crds-schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lateStart } from '../testing/late-start.ts';
import { bandLevel } from '../testing/loudness.ts';
import { tell } from './ended.ts';
import { FFMPEG } from './live-recorder.ts';
import { NOTHING, Recordings } from './recordings.ts';
import { type SoundPages, startSoundPages } from './sound-pages.ts';

const AUDIO_SERVICE = /--utility-sub-type=audio\.mojom\.AudioService/;
/** Of the page's tone, in dBFS: it has -14, and digital silence less than -80. */
const [HEARD_DB, SILENT_DB] = [-25, -60];
/** How long after the fault sound has to be opened anew, and where that does not help the meeting joined again. */
const REOPENED_SECONDS = { service: 10, silence: 15 };
const REJOINED_SECONDS = 30;

let recordings: Recordings;
let pages: SoundPages;
beforeAll(async () => {
  pages = await startSoundPages();
  recordings = await Recordings.start();
});
afterAll(async () => {
  await recordings?.close();
  await pages?.close();
});

const record = (name: string, hertz: number) => recordings.record(name, hertz, { url: pages.urlOf(name, hertz) });

/** The host ends it; waits until all of it is done. */
async function end(name: string): Promise<{ meeting: Meeting; manifest: RecordingManifest; file: string }> {
  pages.end(name);
  recordings.pages.order(name, 'end');
  const meeting = await recordings.over(name);
  const manifest = await recordings.downloader.manifest(meeting);
  return { meeting, manifest, file: (await recordings.fetched(meeting)).recording };
}

const healthsOf = (name: string) => recordings.tap.of(name).map(({ report }) => report.health ?? {});
const actionsOf = (meeting: Meeting) => recordings.log(meeting).flatMap(({ action }) => action ?? []);

/** How long after `since` (wall clock, milliseconds) the recorder's log tells of an action, in seconds. */
function secondsUntil(meeting: Meeting, action: string, since: number): number {
  const line = recordings.log(meeting).find((each) => each.action === action && Date.parse(each.time) >= since);
  return line === undefined ? Number.POSITIVE_INFINITY : (Date.parse(line.time) - since) / 1000;
}

/** Mutes the sink of a recorder. @returns when, wall clock in milliseconds */
function mute(name: string): number {
  const [encoder] = recordings
    .recorder(name)
    .processes()
    .filter(({ command }) => FFMPEG.test(command.join(' ')));
  const told = encoder?.environment.split('\0').filter((each) => /^PULSE_(SERVER|COOKIE)=/.test(each)) ?? [];
  if (told.length !== 2) throw new Error(`${name}: no encoder is told of a sound server and its key`);
  const sound = Object.fromEntries(told.map((each) => each.split(/=(.*)/s, 2)));
  const env = { PATH: process.env['PATH'] ?? '', ...sound };
  execFileSync('pactl', ['set-sink-mute', 'meeting', '1'], { env });
  return Date.now();
}

/** Level of the tone where what the manifest says was lost begins (where it is lowest) and has its middle, and at the recording's end, in dBFS. */
async function levels({ takes, soundLost }: RecordingManifest, file: string, hertz: number) {
  const [loss] = soundLost ?? [];
  const [first, last] = [takes[0], takes.at(-1)];
  if (loss === undefined || first === undefined || last === undefined) throw new Error('no sound is said to be lost');
  const lostAt = (Date.parse(loss.from) - Date.parse(first.startedAt)) / 1000;
  const middle = lostAt + loss.seconds / 2;
  // The loss is known up to a second late, and may be over a second later.
  const around = [-1, -0.5, 0, 0.5, 1].map((seconds) => Math.max(0, lostAt + seconds));
  const until = last.mediaStart + last.durationSeconds;
  return {
    lost: Math.min(
      ...(await Promise.all(around.map((each) => bandLevel(file, hertz, { fromSeconds: each, seconds: 0.4 })))),
    ),
    middle: await bandLevel(file, hertz, { fromSeconds: middle - 0.5, seconds: 1 }),
    last: await bandLevel(file, hertz, { fromSeconds: until - 1.5, seconds: 1 }),
  };
}

describe.concurrent('sound that others hear and the recording does not have', () => {
  it('is opened anew in the page when the process that plays it is killed', async () => {
    await record('service', 500);
    await recordings.untilSegments('service', 1);
    const killed = recordings.recorder('service').signal(AUDIO_SERVICE, 'SIGKILL');
    await recordings.untilHealth('service', ({ soundFaults = 0, secondsSinceSound = 9, audioRmsDb = -120 }) => {
      return soundFaults > 0 && secondsSinceSound < 3 && audioRmsDb > HEARD_DB;
    });
    const { meeting, manifest, file } = await end('service');

    const reopened = secondsUntil(meeting, 'reopenSound', killed);
    const level = await levels(manifest, file, 500);
    const [loss] = manifest.soundLost ?? [];
    tell('service', { reopenedSeconds: reopened, lostSeconds: loss?.seconds, lostDb: level.lost, lastDb: level.last });
    expect(meeting.status).toMatchObject({ phase: 'Completed', reason: 'HostEnded' });
    expect(reopened).toBeLessThan(REOPENED_SECONDS.service);
    expect(healthsOf('service').at(-1)).toMatchObject({ soundFaults: 1 });
    // Nobody in the meeting saw anything of it.
    expect(manifest).toMatchObject({ takes: [{ attempt: 1, take: 1 }], soundLost: [{ seconds: expect.any(Number) }] });
    expect(actionsOf(meeting)).not.toContain('rejoin');
    expect(lateStart(manifest).gapsSince).toEqual([]);
    expect(Math.abs(Date.parse(loss?.from ?? '') - killed)).toBeLessThan(5000);
    expect(level.lost).toBeLessThan(SILENT_DB);
    expect(level.last).toBeGreaterThan(HEARD_DB);
  });

  it('has the sound path made anew when the sink takes none of it', async () => {
    await record('muted', 700);
    await recordings.untilSegments('muted', 1);
    const muted = mute('muted');
    await recordings.untilSegments('muted', 1, 2);
    const { meeting, manifest, file } = await end('muted');

    const reopened = secondsUntil(meeting, 'reopenSound', muted);
    const rejoined = secondsUntil(meeting, 'rejoin', muted);
    const level = await levels(manifest, file, 700);
    const { gapsSince } = lateStart(manifest);
    tell('muted', {
      ...{ reopenedSeconds: reopened, rejoinedSeconds: rejoined, gapSeconds: gapsSince[0]?.seconds },
      ...{ lostSeconds: manifest.soundLost?.[0]?.seconds, lostDb: level.lost, lastDb: level.last },
    });
    expect(meeting.status).toMatchObject({ phase: 'Completed', reason: 'HostEnded', outcome: 'Partial' });
    expect(reopened).toBeLessThan(REOPENED_SECONDS.silence);
    expect(rejoined).toBeLessThan(REJOINED_SECONDS);
    expect(healthsOf('muted').at(-1)).toMatchObject({ soundFaults: 1 });
    // What the page says of itself while the recording is silent.
    expect(Math.max(...healthsOf('muted').map((health) => health.pageAudioRmsDb ?? -120))).toBeGreaterThan(HEARD_DB);
    expect(manifest.takes).toMatchObject([{ take: 1 }, { take: 2 }]);
    expect(gapsSince).toMatchObject([{ cause: 'SoundRestarted' }]);
    expect(manifest.soundLost).toHaveLength(1);
    expect(level.lost).toBeLessThan(SILENT_DB);
    expect(level.middle).toBeLessThan(SILENT_DB);
    expect(level.last).toBeGreaterThan(HEARD_DB);
  });

  it.each([
    ['hung-service', 1100, (name: string) => ({ url: pages.urlOf(name, 1100) })],
    // No packets come that would tell of it.
    ['hung-context', 1300, () => ({})],
  ])('has the sound path made anew when the process that plays it hangs: %s', async (name, hertz, where) => {
    await recordings.record(name, hertz, where(name));
    await recordings.untilSegments(name, 1);
    const hung = recordings.recorder(name).signal(AUDIO_SERVICE, 'SIGSTOP');
    await recordings.untilSegments(name, 1, 2);
    const { meeting, manifest, file } = await end(name);

    const reopened = secondsUntil(meeting, 'reopenSound', hung);
    const rejoined = secondsUntil(meeting, 'rejoin', hung);
    const level = await levels(manifest, file, hertz);
    const { gapsSince } = lateStart(manifest);
    tell(name, {
      ...{ reopenedSeconds: reopened, rejoinedSeconds: rejoined, gapSeconds: gapsSince[0]?.seconds },
      ...{ lostSeconds: manifest.soundLost?.[0]?.seconds, lostDb: level.lost, lastDb: level.last },
    });
    expect(meeting.status).toMatchObject({ phase: 'Completed', reason: 'HostEnded', outcome: 'Partial' });
    expect(reopened).toBeLessThan(REOPENED_SECONDS.silence);
    expect(rejoined).toBeLessThan(REJOINED_SECONDS);
    expect(manifest.takes).toMatchObject([{ take: 1 }, { take: 2 }]);
    // Opening anew what a hung process plays may hang the page, which is what is noticed then.
    expect(gapsSince).toMatchObject([{ cause: expect.stringMatching(/^(SoundRestarted|Rejoined)$/) }]);
    expect(manifest.soundLost).toHaveLength(1);
    expect(level.lost).toBeLessThan(SILENT_DB);
    expect(level.middle).toBeLessThan(SILENT_DB);
    expect(level.last).toBeGreaterThan(HEARD_DB);
  });

  it('is not what a meeting has in which nobody speaks, and nothing moves', async () => {
    await record('quiet', 0);
    await recordings.untilHealth('quiet', ({ pageAudioRmsDb, secondsSinceSound = 0, frozenPictureSeconds = 0 }) => {
      return pageAudioRmsDb !== undefined && secondsSinceSound > 15 && frozenPictureSeconds > 15;
    });
    const { meeting, manifest } = await end('quiet');

    const { best, gapsSince } = lateStart(manifest);
    expect(meeting.status).toMatchObject({ phase: 'Completed', reason: 'HostEnded', outcome: best });
    expect(healthsOf('quiet').at(-1)).toMatchObject({ soundFaults: 0 });
    expect(Math.max(...healthsOf('quiet').map((health) => health.pageAudioRmsDb ?? -120))).toBeLessThan(SILENT_DB);
    expect(actionsOf(meeting).filter((action) => action === 'reopenSound' || action === 'rejoin')).toEqual([]);
    expect(manifest.takes).toHaveLength(1);
    expect(gapsSince).toEqual([]);
    expect(manifest.soundLost).toBeUndefined();
  });
});

it('leaves nothing behind', async () => {
  await expect.poll(() => recordings.leftovers(), { timeout: 60_000 }).toEqual(NOTHING);
});
