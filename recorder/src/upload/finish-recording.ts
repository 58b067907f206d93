import { isDeepStrictEqual } from 'node:util';
import {
  type Clock,
  type Logger,
  type MeetingIdentity,
  manifestKey,
  type RecordedMovie,
  type RecordedSound,
  type RecordingManifest,
  timelineKey,
} from '@meetingbot/crds-schema';
import type { Stretch } from '../mp4/remuxer.ts';
import type { Assembler } from './assembler.ts';
import type { AssembledFile, Assembly, RecordingKind } from './assembly.ts';
import { FinishingClaim, outdated } from './finishing-claim.ts';
import { endOf, iso, outcomeOf, type RecordingSummary, soundLossesOf, timeLineOf } from './manifest-of.ts';
import type { FinishedObject } from './multipart-object.ts';
import { isStoreError, type ObjectStore, type StoredObject, unchanged, type WriteCondition } from './object-store.ts';
import type { Persistence } from './persistence.ts';
import { readManifest } from './predecessors.ts';

export interface FinishOptions {
  readonly store: ObjectStore;
  readonly bucket: string;
  readonly meeting: { readonly namespace: string; readonly name: string; readonly uid: string };
  readonly attempt: number;
  readonly kind: RecordingKind;
  readonly clock: Clock;
  readonly log: Logger;
  readonly persistence: Persistence;
  readonly assembler: Assembler;
  /** The manifest that was there when this recording began. */
  readonly inherited: RecordingManifest | undefined;
  /** What of it the assembly begins with; the rest of its media is assembled anew. */
  readonly base: RecordingManifest | undefined;
  /** Feeds what earlier attempts have put since, into the assembly. */
  readonly feedLate: () => Promise<void>;
  readonly summary: RecordingSummary;
  /** Media was being lost at the end, for want of room. */
  readonly losing: boolean;
}

export interface FinishedRecording {
  readonly manifest: RecordingManifest;
  /** To be released at the end; absent: the manifest is an earlier or a later attempt's. */
  readonly claim?: FinishingClaim;
  /** The manifest as it was written under the claim. */
  readonly written?: StoredObject | undefined;
}

/**
 * Completes both files, then writes the manifest: where there is a manifest, everything it says is true. Another recorder
 * of the Meeting may be at its end, or still record, at the same time ({@link FinishingClaim}): no segment is removed that is
 * not in the files of the manifest that stays.
 *
 * Nothing is ever made less: a later attempt's manifest, and a recording with no media of ours to add, are left as they are.
 * @throws UploadError `Contended`; `Outdated`: the same files made anew, from what is in S3 now, may be written
 */
export async function finishRecording(options: FinishOptions): Promise<FinishedRecording> {
  const { store, meeting, attempt, persistence, assembler } = options;
  const before = await readCurrent(options);
  if (before && before.writtenBy > attempt) {
    options.log.warn({ writtenBy: before.writtenBy }, 'a later attempt has finished the recording: ours is not needed');
    return { manifest: before };
  }
  await assembler.assembly.remuxer.endTake();
  if (before && ownStretches(assembler).length === 0) return { manifest: before };
  const claim = await FinishingClaim.take({ store, persistence, meeting, attempt });
  try {
    return await replaceRecording(options, claim);
  } catch (error) {
    await persistence.once((signal) => claim.withdraw(signal)).catch(() => undefined);
    throw error;
  }
}

async function replaceRecording(options: FinishOptions, claim: FinishingClaim): Promise<FinishedRecording> {
  const { meeting, attempt, assembler, inherited, base, summary } = options;
  const [found, foundTimeline] = await Promise.all([look(options, manifestKey), look(options, timelineKey)]);
  const current = found && (await readCurrent(options));
  if (!isDeepStrictEqual(current, inherited)) throw outdated('another one has finished after this one had begun');
  await options.feedLate();
  const createdAt = options.clock.now();
  const confirm = () => claim.confirm(found);
  const finished = await unlessChanged(assembler.retrying((assembly) => assembly.finish(createdAt, confirm)));
  const timeLine = timeLineOf({
    ...{ inherited: base, stretches: ownStretches(assembler) },
    ...{ joinedAt: summary.joinedAt, endedAt: summary.endedAt },
    causeOf: (number, take) => assembler.causeOf(number, take),
    segmentsOf: (number, take) => assembler.segmentsOf(number, take),
    endCause: options.losing ? 'StorageFull' : (summary.endCause ?? 'RecorderLost'),
  });
  const [first, last] = [timeLine.takes[0], timeLine.takes.at(-1)];
  const recording = finished?.recording && describeMovie(options.bucket, assembler.assembly, finished.recording);
  const audio = finished?.audio && describeObject(options.bucket, assembler.assembly.audio, finished.audio);
  const timeline = await unlessChanged(summary.timeline?.(timeLine.takes, unchanged(foundTimeline)));
  const soundLost = soundLossesOf(inherited, summary);
  const manifest: RecordingManifest = {
    ...{ version: 1, namespace: meeting.namespace, name: meeting.name, uid: meeting.uid, kind: options.kind },
    ...{ reason: summary.reason, outcome: outcomeOf(timeLine, soundLost, summary.reason) },
    ...(first && last ? { startedAt: first.startedAt, endedAt: iso(endOf(last)) } : {}),
    ...{ takes: timeLine.takes, gaps: timeLine.gaps, coverage: timeLine.coverage },
    ...(soundLost.length > 0 ? { soundLost } : {}),
    framesLost: (inherited?.framesLost ?? 0) + (summary.framesLost ?? 0),
    framesDuplicated: (inherited?.framesDuplicated ?? 0) + (summary.framesDuplicated ?? 0),
    ...(recording ? { recording } : {}),
    ...(audio ? { audio } : {}),
    ...(timeline === undefined ? {} : { timeline }),
    ...{ writtenBy: attempt, createdAt: iso(createdAt) },
  };
  return { manifest, claim, written: await putManifest(options, claim, manifest, found) };
}

function look(
  { store, meeting, persistence }: FinishOptions,
  keyOf: (meeting: MeetingIdentity) => string,
): Promise<StoredObject | undefined> {
  const key = keyOf(meeting);
  return persistence.until(`look for ${key}`, (signal) => store.head(key, { signal }));
}

/**
 * Puts it in the place of what was `found`. An earlier attempt that had looked before our claim was there may have put one
 * since: it is of files that we have replaced by now, and it is replaced as well. Its writer keeps its segments.
 */
async function putManifest(
  options: FinishOptions,
  claim: FinishingClaim,
  manifest: RecordingManifest,
  found: StoredObject | undefined,
): Promise<StoredObject | undefined> {
  const { store, meeting, persistence } = options;
  const key = manifestKey(meeting);
  const body = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
  const put = (condition: WriteCondition) =>
    persistence.until('write the manifest', (signal) =>
      store.put(key, body, { contentType: 'application/json', ...condition, signal }),
    );
  for (let before = found; ; ) {
    await claim.confirmLatest();
    try {
      return { sizeBytes: body.length, ...(await put(unchanged(before))) };
    } catch (error) {
      if (!isStoreError(error, 'AlreadyExists', 'Changed')) throw error;
      const there = await look(options, manifestKey);
      const current = await readCurrent(options);
      // Our own earlier try, whose answer was lost.
      if (isDeepStrictEqual(current, manifest)) return there;
      const isSame = there?.etag === before?.etag;
      if (isSame || (current && current.writtenBy >= options.attempt)) throw outdated(error.message, error);
      before = there;
    }
  }
}

function readCurrent({ store, meeting, persistence }: FinishOptions): Promise<RecordingManifest | undefined> {
  return persistence.until('read the manifest', (signal) => readManifest(store, meeting, signal));
}

/** @throws UploadError `Outdated` where `writing` met what was not there when it was looked at */
async function unlessChanged<T>(writing: Promise<T> | undefined): Promise<T | undefined> {
  try {
    return await writing;
  } catch (error) {
    if (!isStoreError(error, 'AlreadyExists', 'Changed')) throw error;
    throw outdated(error.message, error);
  }
}

/** What the assembly holds beside what an earlier attempt had finished (fed as attempt 0). */
function ownStretches(assembler: Assembler): readonly Stretch[] {
  return assembler.assembly.remuxer.stretches.filter((each) => each.attempt > 0);
}

function describeObject(bucket: string, { file, object }: AssembledFile, finished: FinishedObject): RecordedSound {
  return {
    bucket,
    key: object.key,
    sizeBytes: finished.sizeBytes,
    durationSeconds: file.durationSeconds,
    contentType: object.contentType,
    etag: finished.etag,
    checksumCRC32: finished.checksumCRC32,
  };
}

function describeMovie(bucket: string, { recording }: Assembly, finished: FinishedObject): RecordedMovie {
  const described = describeObject(bucket, recording, finished);
  const video = recording.file.table('video');
  if (!video?.count) return described;
  const frameTicks = video.durations.mode();
  return {
    ...described,
    width: video.width,
    height: video.height,
    ...(frameTicks > 0 ? { frameRate: Math.round((video.timescale / frameTicks) * 1000) / 1000 } : {}),
    videoFrames: video.count,
  };
}
