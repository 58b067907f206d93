import {
  REASON_ATTRIBUTION,
  type RecordingManifest,
  silentLogger,
  systemClock,
  totalSeconds,
} from '@meetingbot/crds-schema';
import { audioTracks, probe, videoTrack } from '@meetingbot/recorder';
import { measureExcerpts } from '../../testing/excerpts.ts';
import { LATE_START_SECONDS, lateStart } from '../../testing/late-start.ts';
import type { Entry } from '../fake-meeting.ts';
import type { RightEnd } from '../scenarios/scenario.ts';
import { NAME } from './attendance.ts';
import { faultsOfWords } from './judge-words.ts';
import type { Played } from './play.ts';

const deps = { clock: systemClock, logger: silentLogger, env: { PATH: process.env['PATH'] ?? '' } };
/** A recording may end so much before the moment it should, and so much after: an end is looked at twice. */
const EARLY_SECONDS = 1;
const LATE_SECONDS = 5;
/** Picture and sound of one length, and both as long as the manifest says. */
const UNEVEN_SECONDS = 0.5;
/** The tone of a call, which Chromium sometimes plays 8 % too high (see media.js); a tone 300 Hz off is just below, silence far. */
const HEARD_DB = -60;
/** The last second of the call that is looked at begins so long before its end: sound is on its way for a while. */
const LAST_SECONDS = 1.5;
/** Time for agreeing. */
const CONSENT_SECONDS = 3;
/** Pictures a second apart that differ less are the same (see pictureChange). */
const STILL = 0.001;

export interface Judgement {
  /** What is not as it must be; empty: all well. */
  readonly faults: readonly string[];
  /** Of the file; undefined: there is none. */
  readonly recordedSeconds?: number;
  /** What it should have been, by what the site did and when. */
  readonly rightSeconds?: number;
  /** How much of its beginning is missing since the encoder took its time. */
  readonly lateSeconds?: number;
}

/** Holds what came of a scenario against what must come of it: the Meeting, the recording, and what the site saw. */
export async function judge(played: Played): Promise<Judgement> {
  const { scenario, result } = played;
  const { phase, reason, outcome, attributedTo, message, recording } = result;
  const faults = [...faultsOfGuest(played), ...faultsOfWords(played)];
  const expect = (what: string, got: unknown, wanted: unknown) => {
    if (got !== wanted) faults.push(`${what}: ${JSON.stringify(got)} instead of ${JSON.stringify(wanted)}`);
  };
  expect('phase', phase, scenario.phase);
  expect(`reason (${message})`, reason, scenario.reason);
  expect('attributed to', attributedTo, REASON_ATTRIBUTION[scenario.reason]);
  const { seconds: late, best } = lateStart(recording?.manifest ?? { gaps: [] });
  if (late > LATE_START_SECONDS) faults.push(`recorded only ${late.toFixed(1)} s after we were let in`);
  expect('outcome', outcome, scenario.outcome === 'Complete' ? best : scenario.outcome);
  if (scenario.ends === undefined) {
    expect('a recording', recording?.file, undefined);
    return { faults };
  }
  if (recording === undefined) return { faults: [...faults, 'there is no recording'] };
  const { manifest, file, durationSeconds } = recording;
  expect('takes', manifest.takes.length, scenario.takes ?? 1);
  const { video, audio } = await lengthsOf(file);
  const missing = totalSeconds(manifest.gaps) - late;
  const right = rightSeconds(scenario.ends, played, manifest) - missing;
  const lostAt = played.cues.get('loseSound');
  const heardUntil =
    lostAt === undefined
      ? right - ('plus' in scenario.ends ? scenario.ends.plus : 0)
      : (lostAt - Date.parse(manifest.startedAt ?? '')) / 1000 - missing;
  if (!(video >= right - EARLY_SECONDS && video <= right + LATE_SECONDS))
    faults.push(`${video.toFixed(1)} s of recording instead of ${right.toFixed(1)} s`);
  if (Math.abs(video - audio) > UNEVEN_SECONDS)
    faults.push(`${video.toFixed(1)} s of picture, ${audio.toFixed(1)} s of sound`);
  if (Math.abs(video - durationSeconds) > UNEVEN_SECONDS)
    faults.push(`${video.toFixed(1)} s in the file, ${durationSeconds} s by its own account`);
  faults.push(...(await faultsOfMedia(file, played, manifest, heardUntil)));
  return { faults, recordedSeconds: video, rightSeconds: right, lateSeconds: late };
}

async function lengthsOf(file: string): Promise<{ video: number; audio: number }> {
  const media = await probe(file, deps);
  return { video: videoTrack(media).durationSeconds, audio: audioTracks(media)[0]?.durationSeconds ?? 0 };
}

/** From the first moment recorded to the moment where it should end, gaps included. */
function rightSeconds(ends: RightEnd, { cues, fake, result }: Played, manifest: RecordingManifest): number {
  const started = Date.parse(manifest.startedAt ?? '');
  if ('act' in ends) return ((cues.get(ends.act) ?? Number.NaN) - started) / 1000 + ends.plus;
  if ('joined' in ends) return ((result.joinedAt ?? Number.NaN) - started) / 1000 + ends.joined;
  return ((fake.last(ends.at)?.at ?? Number.NaN) - started) / 1000 + ends.plus;
}

/**
 * The call's tone from the first second of each take on and until the call's end, and a picture that moves: what was recorded is
 * the call. Where the site asks for consent to a recording it plays nothing before it has that.
 * @param heardUntil - media time at which the call went silent or was over, in seconds
 */
async function faultsOfMedia(
  file: string,
  { fake, scenario }: Played,
  manifest: RecordingManifest,
  heardUntil: number,
): Promise<string[]> {
  const faults: string[] = [];
  const isAsked = scenario.visits.some(({ callDialogs }) => callDialogs?.includes('consent'));
  const begins = manifest.takes.map(({ mediaStart }) => mediaStart + (isAsked ? CONSENT_SECONDS : 0));
  const { levels, changes } = await measureExcerpts(file, fake.hertz, {
    sound: [...begins.map((begin) => begin + 0.2), heardUntil - LAST_SECONDS].map((from) => excerpt(from, 1)),
    picture: begins.map((begin) => excerpt(begin, 3)),
  });
  for (const [i, { take }] of manifest.takes.entries()) {
    const [level = Number.NaN, change = Number.NaN] = [levels[i], changes[i]];
    if (!(level >= HEARD_DB))
      faults.push(`take ${take} begins with ${level} dB at ${fake.hertz} Hz: that is not the call`);
    if (!(change >= STILL)) faults.push(`the picture of take ${take} stands still (${change})`);
  }
  // What is missing at a take's end is filled with silence.
  const last = levels.at(-1) ?? Number.NaN;
  if (!(last >= HEARD_DB)) faults.push(`ends with ${last} dB at ${fake.hertz} Hz before ${heardUntil.toFixed(1)} s`);
  return faults;
}

const excerpt = (fromSeconds: number, seconds: number) => ({ fromSeconds, seconds });

/** What the site saw of us: our name, devices off, one language, and that we left by the door. */
function faultsOfGuest({ scenario, fake }: Played): string[] {
  const faults: string[] = [];
  const expect = (what: string, entry: Entry | undefined, key: keyof Entry, wanted: string) => {
    if (entry !== undefined && entry[key] !== wanted) faults.push(`the site saw ${what} ${entry[key]}, not ${wanted}`);
  };
  const asked = fake.last('asked');
  if (scenario.ends !== undefined && asked === undefined) faults.push('the site was not asked to let us in');
  if (!scenario.visits.some(({ name }) => name === 'absent')) expect('the name', asked, 'name', NAME);
  expect('the microphone', asked, 'microphone', 'off');
  expect('the camera', asked, 'camera', 'off');
  expect('the language', fake.last('opened'), 'language', 'en-US');
  if (scenario.weLeave && fake.last('leaveClicked') === undefined)
    faults.push('the button for leaving was not clicked');
  return faults;
}
