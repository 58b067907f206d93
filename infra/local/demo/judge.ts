import { join } from 'node:path';
import { type Meeting, silentLogger, systemClock } from '@meetingbot/crds-schema';
import { audioTracks, measureSync, probe, videoTrack } from '@meetingbot/recorder';
import type { Check } from './checks.ts';
import type { Downloader } from './download.ts';
import { type MafReceiver, sha256Of } from './maf-receiver.ts';
import type { Received } from './receiver.ts';

export interface Evidence {
  meeting: Meeting;
  /** When the participants had left, milliseconds since the epoch. */
  leftAt: number;
  received: Received | undefined;
  /** MAF's own receiver, where it took part. */
  maf?: MafReceiver | undefined;
  downloader: Downloader;
  /** Folder for the files. */
  out: string;
}

/** The demo meeting beeps at this pitch. */
const TONE_HZ = 1000;
const deps = { logger: silentLogger, clock: systemClock, env: { PATH: process.env['PATH'] ?? '' } };

/** Fetches the recording as a user of it would and measures it. */
export async function judgeRecording({ meeting, leftAt, received, maf, downloader, out }: Evidence): Promise<Check[]> {
  const checks: Check[] = [];
  const check = (claim: string, holds: boolean, seen: string) => checks.push({ claim, seen, holds });
  const { status, spec, metadata } = meeting;
  check('the Meeting is Completed, Complete', isWhole(meeting), `${status.phase}, ${status.outcome}, ${status.reason}`);
  const { recording } = status;
  if (recording === undefined) return checks;

  const file = join(out, `${metadata.name}-${metadata.uid}.mp4`);
  await downloader.toFile(recording.bucket, recording.key, file);
  const facts = await probe(file, deps);
  const video = videoTrack(facts);
  const [sound] = audioTracks(facts);
  const duration = facts.durationSeconds ?? 0;
  const { width, height, frameRate } = spec.recording;
  check('the MP4 is here', facts.sizeBytes === recording.sizeBytes, file);
  check('size is as announced', facts.sizeBytes === recording.sizeBytes, `${facts.sizeBytes} bytes`);
  check('length is as announced', close(duration, recording.durationSeconds, 0.1), `${duration.toFixed(2)} s`);
  check('length covers the meeting', duration >= 18 && duration <= 45, `${duration.toFixed(2)} s`);
  check('resolution', video.width === width && video.height === height, `${video.width}x${video.height}`);
  check('frame rate', close(video.frameRate, frameRate, 0.1), `${video.frameRate.toFixed(2)} frames a second`);
  const tracks = `${video.codec}, ${sound?.codec} ${sound?.sampleRate} Hz, ${sound?.channels} channels`;
  check(
    'H.264 and AAC at 48 kHz',
    video.codec === 'h264' && sound?.codec === 'aac' && sound.sampleRate === 48_000,
    tracks,
  );

  const manifest = await downloader.manifest(meeting);
  const frames = manifest.recording?.videoFrames ?? 0;
  const lost = frames === 0 ? 1 : (manifest.framesLost + manifest.framesDuplicated) / frames;
  check('frames lost or doubled < 0.5 %', lost < 0.005, `${(lost * 100).toFixed(2)} % of ${frames}`);
  const sync = await measureSync(file, { toneHz: TONE_HZ }, deps);
  check(
    'A/V offset within 40 ms',
    sync.pairs.length >= 10 && Math.abs(sync.medianOffsetMs) <= 40,
    `${sync.medianOffsetMs.toFixed(0)} ms (sound late is positive) over ${sync.pairs.length} flashes and beeps`,
  );

  const { audioKey } = recording;
  if (audioKey !== undefined) {
    const audioFile = join(out, `${metadata.name}-${metadata.uid}.m4a`);
    await downloader.toFile(recording.bucket, audioKey, audioFile);
    const audio = await probe(audioFile, deps);
    const [mono] = audioTracks(audio);
    const length = audio.durationSeconds ?? 0;
    check(
      'audio.m4a is mono, as long',
      mono?.channels === 1 && close(length, duration, 0.2),
      `${length.toFixed(2)} s, ${audioFile}`,
    );
  } else check('audio.m4a is there', false, 'no audioKey');

  const ended = Date.parse(status.conditions.find(({ type }) => type === 'Uploaded')?.lastTransitionTime ?? '');
  const sinceEnd = (ended - Date.parse(recording.endedAt)) / 1000;
  check('whole in S3 soon after the end', sinceEnd <= 10, `${sinceEnd.toFixed(1)} s after the last frame`);
  const sinceLeft = ((received?.at ?? Number.NaN) - leftAt) / 1000;
  check('webhook came', received !== undefined, `${sinceLeft.toFixed(1)} s after the participants left`);
  check('signatures and body are right', received?.faults.length === 0, received?.faults.join('; ') || 'both verified');
  const storage = received?.body.metadata.storage;
  const same = storage?.key === recording.key && storage.bucket === recording.bucket;
  check('it names the object', same, `${storage?.bucket}/${storage?.key}`);
  if (maf !== undefined) {
    const fetched = await maf.fetched(received?.id ?? '');
    const isEqual = fetched !== undefined && fetched.sha256 === (await sha256Of(file));
    check(
      'MAF has fetched it, byte-equal',
      isEqual,
      fetched === undefined ? 'it did not' : `SHA-256 ${fetched.sha256}`,
    );
  }
  return checks;
}

const close = (a: number, b: number, tolerance: number) => Math.abs(a - b) <= tolerance;

function isWhole({ status }: Meeting): boolean {
  return status.phase === 'Completed' && status.outcome === 'Complete';
}
