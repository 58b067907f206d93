import { audioKey, type MeetingIdentity, recordingKey } from '@meetingbot/crds-schema';
import { MOVIE_HEAD_BYTES, movieSeconds } from '../mp4/movie-duration.ts';
import { MovieFile } from '../mp4/movie-file.ts';
import { Remuxer } from '../mp4/remuxer.ts';
import type { TrackKind } from '../mp4/track-info.ts';
import { type FinishedObject, MultipartObject } from './multipart-object.ts';
import { type ObjectStore, type StoredObject, unchanged } from './object-store.ts';
import type { Persistence } from './persistence.ts';
import { UploadError } from './upload-error.ts';

/** What is recorded. */
export type RecordingKind = 'video' | 'audio';

/** A file of the final recording with the object it becomes. */
export interface AssembledFile {
  readonly file: MovieFile;
  readonly object: MultipartObject;
}

/** What is filled in between takes that are put in another order. */
const SAME_SECONDS = 1;

/** One try to assemble the final files: both uploads, both indices and the time line they share. */
export class Assembly {
  readonly recording: AssembledFile;
  readonly audio: AssembledFile;
  readonly remuxer: Remuxer;
  readonly #store: ObjectStore;
  readonly #persistence: Persistence;

  constructor(options: {
    store: ObjectStore;
    persistence: Persistence;
    meeting: MeetingIdentity;
    kind: RecordingKind;
  }) {
    const { store, persistence, meeting, kind } = options;
    this.#store = store;
    this.#persistence = persistence;
    const kinds: TrackKind[] = kind === 'video' ? ['video', 'stereo'] : ['stereo'];
    const movie = new MultipartObject({
      store,
      persistence,
      key: recordingKey(meeting),
      contentType: kind === 'video' ? 'video/mp4' : 'audio/mp4',
    });
    const sound = new MultipartObject({ store, persistence, key: audioKey(meeting), contentType: 'audio/mp4' });
    this.recording = { object: movie, file: new MovieFile({ brand: 'mp4', sink: movie, kinds }) };
    this.audio = { object: sound, file: new MovieFile({ brand: 'm4a', sink: sound, kinds: ['mono'] }) };
    this.remuxer = new Remuxer({ recording: this.recording.file, audio: this.audio.file, kinds: [...kinds, 'mono'] });
  }

  /**
   * Ends both uploads, at once; neither file is written when this has ended. `confirm` throws where that is not ours to do any
   * more; it is asked when all that is to be replaced was looked at. Undefined for a file without media.
   * @throws UploadError `WouldShrink` where one of them has more media in S3 already: both stay then
   */
  async finish(
    createdAt: number,
    confirm: () => Promise<void>,
  ): Promise<{ recording: FinishedObject | undefined; audio: FinishedObject | undefined }> {
    await this.remuxer.endTake();
    const [movie, sound] = await Promise.all([this.#find(this.recording), this.#find(this.audio)]);
    await confirm();
    await Promise.all([this.#refuseToShrink(this.recording, movie), this.#refuseToShrink(this.audio, sound)]);
    const [recording, audio] = await Promise.allSettled([
      this.#finishFile(this.recording, movie, createdAt),
      this.#finishFile(this.audio, sound, createdAt),
    ]);
    return { recording: settledValue(recording), audio: settledValue(audio) };
  }

  /** Gives both uploads up. */
  async abort(signal: AbortSignal): Promise<void> {
    await Promise.all([this.recording.object.abort(signal), this.audio.object.abort(signal)]);
  }

  #find({ object }: AssembledFile): Promise<StoredObject | undefined> {
    return this.#persistence.until(`look for ${object.key}`, (signal) => this.#store.head(object.key, { signal }));
  }

  /** Of two files of the same takes either may be the larger one: it depends on their order. */
  async #refuseToShrink({ file, object }: AssembledFile, existing: StoredObject | undefined): Promise<void> {
    if (file.mediaBytes === 0 || existing === undefined || existing.sizeBytes <= file.mediaBytes) return;
    const range = { start: 0, end: MOVIE_HEAD_BYTES - 1 };
    const head = await this.#persistence.until(`look into ${object.key}`, (signal) =>
      this.#store.get(object.key, { range, signal }),
    );
    const seconds = movieSeconds(head);
    if (seconds !== undefined && seconds <= file.durationSeconds + SAME_SECONDS) return;
    throw new UploadError('WouldShrink', `${object.key} is larger than what there is to replace it with`);
  }

  async #finishFile(
    { file, object }: AssembledFile,
    existing: StoredObject | undefined,
    createdAt: number,
  ): Promise<FinishedObject | undefined> {
    if (file.mediaBytes === 0) return undefined;
    return object.finish(file.header(createdAt), unchanged(existing));
  }
}

function settledValue<T>(settled: PromiseSettledResult<T>): T {
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
}
