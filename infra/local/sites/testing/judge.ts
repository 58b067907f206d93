import { join } from 'node:path';
import { REASON_ATTRIBUTION, type RecordingManifest, silentLogger, systemClock } from '@meetingbot/crds-schema';
import { audioTracks, probe, videoTrack } from '@meetingbot/recorder';
import { bandLevel } from '../../testing/loudness.ts';
import type { Entry } from '../fake-meeting.ts';
import type { RightEnd } from '../scenarios/scenario.ts';
import { NAME, type Played, type Rehearsal } from './rehearsal.ts';

const deps = { clock: systemClock, logger: silentLogger, env: { PATH: process.env['PATH'] ?? '' } };
/** A recording may end so much before the moment it should, and so much after: an end is looked at twice. */
const EARLY_SECONDS = 1;
const LATE_SECONDS = 5;
/** Picture and sound of one length, and both as long as the manifest says. */
const UNEVEN_SECONDS = 0.5;
/** The tone of a call; anything else is below -80. */
const HEARD_DB = -45;

export interface Judgement {
  /** What is not as it must be; empty: all well. */
  readonly faults: readonly string[];
  /** Of the file; undefined: there is none. */
  readonly recordedSeconds?: number;
  readonly expectedSeconds?: number;
}

/** Holds what came of a scenario against what must come of it: the Meeting, the recording, and what the site saw. */
export async function judge(played: Played, rehearsal: Rehearsal): Promise<Judgement> {
  const { scenario, meeting } = played;
  const faults: string[] = [];
  const expect = (what: string, got: unknown, wanted: unknown) => {
    if (got !== wanted) faults.push(`${what}: ${JSON.stringify(got)} instead of ${JSON.stringify(wanted)}`);
  };
  const { phase, reason, outcome, attributedTo, message, recording } = meeting.status;
  expect('phase', phase, scenario.phase);
  expect(`reason (${message})`, reason, scenario.reason);
  expect('attributed to', attributedTo, REASON_ATTRIBUTION[scenario.reason]);
  expect('outcome', outcome, scenario.outcome);
  faults.push(...(await faultsOfGuest(played)));
  const keys = await rehearsal.keysOf(meeting);
  if (scenario.ends === undefined) {
    expect('a recording in the status', recording, undefined);
    const isOursToExplain = scenario.phase === 'Failed' && scenario.reason !== 'NoShow';
    if (isOursToExplain && !keys.some((key) => key.includes('/evidence/') && key.endsWith('.png')))
      faults.push('no screenshot was kept');
    return { faults };
  }
  if (recording === undefined) return { faults: [...faults, 'there is no recording'] };
  const file = join(rehearsal.dataDir, `${meeting.metadata.name}.mp4`);
  await rehearsal.downloader.toFile(recording.bucket, recording.key, file);
  const manifest = await rehearsal.downloader.manifest(meeting);
  expect('takes', manifest.takes.length, scenario.takes ?? 1);
  const lengths = await lengthsOf(file);
  const expected = expectedSeconds(scenario.ends, played, manifest);
  const missing = manifest.gaps.reduce((sum, { seconds }) => sum + seconds, 0);
  const length = lengths.video + missing;
  if (length < expected - EARLY_SECONDS || length > expected + LATE_SECONDS)
    faults.push(`${length.toFixed(1)} s from start to end instead of ${expected.toFixed(1)} s`);
  if (Math.abs(lengths.video - lengths.audio) > UNEVEN_SECONDS)
    faults.push(`${lengths.video.toFixed(1)} s of picture, ${lengths.audio.toFixed(1)} s of sound`);
  if (Math.abs(lengths.video - recording.durationSeconds) > UNEVEN_SECONDS)
    faults.push(`${lengths.video.toFixed(1)} s in the file, ${recording.durationSeconds} s in the status`);
  faults.push(...(await faultsOfSound(file, played, manifest)));
  return { faults, recordedSeconds: lengths.video, expectedSeconds: expected - missing };
}

async function lengthsOf(file: string): Promise<{ video: number; audio: number }> {
  const media = await probe(file, deps);
  return { video: videoTrack(media).durationSeconds, audio: audioTracks(media)[0]?.durationSeconds ?? 0 };
}

/** From the first moment recorded to the moment where it should end, gaps included. */
function expectedSeconds(ends: RightEnd, { cues, fake, meeting }: Played, manifest: RecordingManifest): number {
  const started = Date.parse(manifest.startedAt ?? '');
  if ('act' in ends) return ((cues.get(ends.act) ?? Number.NaN) - started) / 1000 + ends.plus;
  if ('joined' in ends) return (Date.parse(meeting.status.joinedAt ?? '') - started) / 1000 + ends.joined;
  return ((fake.last(ends.at)?.at ?? Number.NaN) - started) / 1000 + ends.plus;
}

/** The call's tone, and nobody else's, from the first second on: what was recorded is the call and not its lobby. */
async function faultsOfSound(file: string, { scenario, fake }: Played, manifest: RecordingManifest): Promise<string[]> {
  const faults: string[] = [];
  for (const { mediaStart, take } of scenario.isSilentAtFirst ? [] : manifest.takes) {
    const level = await bandLevel(file, fake.hertz, { fromSeconds: mediaStart + 0.2, seconds: 1 });
    if (level < HEARD_DB) faults.push(`take ${take} begins with ${level} dB at ${fake.hertz} Hz: that is not the call`);
  }
  return faults;
}

/** What the site saw of us: our name, devices off, one language, and that we left by the door. */
async function faultsOfGuest({ scenario, fake }: Played): Promise<string[]> {
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
