import type { EndReason, Meeting, RecordingStatus } from '@meetingbot/crds-schema';
import type { RecordingLook } from '../ports.ts';
import { EPOCH } from './life.ts';

/** Seconds of media by attempt. */
type Media = ReadonlyMap<number, number>;

interface Manifest {
  attempt: number;
  reason: EndReason;
  /** What the recording beside it holds; undefined: it says there is none. */
  holds: Media | undefined;
  missingSeconds: number;
}

interface Prefix {
  /** Durable while recording. */
  media: Map<number, number>;
  object?: Media;
  manifest?: Manifest;
}

const BYTES_A_SECOND = 100_000;

export const secondsOf = (media: Media): number => [...media.values()].reduce((sum, each) => sum + each, 0);
const sizeOf = (media: Media): number => 1_000 + secondsOf(media) * BYTES_A_SECOND;

/** S3 as the recorders leave it, and as the controller's RecordingStore sees it. Keyed by the uid of the Meeting. */
export class Bucket {
  readonly #prefixes = new Map<string, Prefix>();
  readonly #onShrunk: (uid: string, what: string) => void;

  constructor(onShrunk: (uid: string, what: string) => void) {
    this.#onShrunk = onShrunk;
  }

  /** Media of an attempt that is safe now: `seconds` in all. */
  keep(uid: string, attempt: number, seconds: number): void {
    if (seconds > 0) this.#of(uid).media.set(attempt, seconds);
  }

  media(uid: string): Media {
    return this.#prefixes.get(uid)?.media ?? new Map();
  }

  manifest(uid: string): Manifest | undefined {
    return this.#prefixes.get(uid)?.manifest;
  }

  /** What a finaliser would put together: everything durable. */
  assemble(uid: string): Media {
    return new Map(this.#of(uid).media);
  }

  putRecording(uid: string, media: Media): void {
    const prefix = this.#of(uid);
    if (prefix.object !== undefined && secondsOf(prefix.object) > secondsOf(media)) {
      this.#onShrunk(uid, `recording of ${secondsOf(prefix.object)} s replaced by one of ${secondsOf(media)} s`);
    }
    prefix.object = media;
  }

  putManifest(uid: string, manifest: Manifest): void {
    const prefix = this.#of(uid);
    const before = prefix.manifest;
    if (before?.holds !== undefined && secondsOf(before.holds) > secondsOf(manifest.holds ?? new Map())) {
      this.#onShrunk(uid, `manifest of attempt ${before.attempt} replaced by a lesser one of ${manifest.attempt}`);
    }
    prefix.manifest = manifest;
  }

  isEmpty(uid: string): boolean {
    return !this.#prefixes.has(uid);
  }

  remove(uid: string): void {
    this.#prefixes.delete(uid);
  }

  look(meeting: Meeting): RecordingLook {
    const { uid } = meeting.metadata;
    const prefix = this.#prefixes.get(uid);
    const manifest = prefix?.manifest;
    if (prefix === undefined || manifest === undefined) return { kind: 'none' };
    const base = { attempt: manifest.attempt, endReason: manifest.reason };
    if (manifest.holds === undefined) return { kind: 'empty', ...base };
    if (prefix.object === undefined || sizeOf(prefix.object) !== sizeOf(manifest.holds)) {
      return { kind: 'broken', ...base, message: 'the object is absent or of another size' };
    }
    return {
      kind: 'whole',
      ...base,
      missingSeconds: manifest.missingSeconds,
      soundLostSeconds: 0,
      recording: recordingStatus(uid, manifest.holds, manifest.missingSeconds),
    };
  }

  /** Media that is in no recording a manifest speaks of. */
  hasLeftovers(uid: string): boolean {
    const prefix = this.#prefixes.get(uid);
    if (prefix === undefined) return false;
    return [...prefix.media].some(([attempt, seconds]) => (prefix.manifest?.holds?.get(attempt) ?? 0) < seconds);
  }

  /** true when a recording is there of just the size that was announced. */
  isWhole(uid: string, sizeBytes: number): boolean {
    const prefix = this.#prefixes.get(uid);
    return prefix?.manifest?.holds !== undefined && prefix.object !== undefined && sizeOf(prefix.object) === sizeBytes;
  }

  #of(uid: string): Prefix {
    const known = this.#prefixes.get(uid);
    if (known !== undefined) return known;
    const prefix: Prefix = { media: new Map() };
    this.#prefixes.set(uid, prefix);
    return prefix;
  }
}

export function recordingStatus(uid: string, media: Media, missingSeconds: number): RecordingStatus {
  const seconds = secondsOf(media);
  const key = `meetings/simulated/${uid}/recording.mp4`;
  return {
    bucket: 'simulated',
    key,
    region: 'eu-central-1',
    url: `https://s3.test/${key}`,
    sizeBytes: sizeOf(media),
    durationSeconds: seconds,
    coverage: seconds === 0 ? 0 : seconds / (seconds + missingSeconds),
    contentType: 'video/mp4',
    etag: `etag-${sizeOf(media)}`,
    startedAt: new Date(EPOCH).toISOString(),
    endedAt: new Date(EPOCH + seconds * 1000).toISOString(),
  };
}
