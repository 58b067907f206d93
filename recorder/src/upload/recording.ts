import type { Clock, GapCause, Logger, RecordingManifest } from '@meetingbot/crds-schema';
import type { RecordingKind } from './assembly.ts';
import type { LocalLimits } from './local-media.ts';
import type { RecordingSummary } from './manifest-of.ts';
import type { ObjectStore, StoreErrorCode } from './object-store.ts';
import type { TakeSink } from './take-sink.ts';

export interface OpenRecordingOptions {
  readonly store: ObjectStore;
  /** Name of the bucket behind `store`, for the manifest. */
  readonly bucket: string;
  readonly meeting: { readonly namespace: string; readonly name: string; readonly uid: string };
  /** From 1. An earlier one may have been thought lost and write all the same; of two with the same number none may. */
  readonly attempt: number;
  readonly kind: RecordingKind;
  /** A directory of this process's own: media that S3 does not take goes to `media/` in it. */
  readonly workDir: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Between 0 and 1, for the jitter of tries. */
  readonly random?: () => number;
  readonly limits?: LocalLimits;
}

/** How far S3 is behind the encoder. */
export interface UploadLag {
  /** Age of the oldest media that is not in S3; 0: all of it is. */
  readonly uploadLagSeconds: number;
  /** Media that waits on this machine. */
  readonly memoryBytes: number;
  readonly diskBytes: number;
  /** Media is being lost, since the bound on local storage is reached. */
  readonly losing: boolean;
  /** What S3 answers while it does not take what it is sent. */
  readonly fault?: StoreErrorCode;
}

export interface RecordingWriter {
  /**
   * Begins a take; one that is still open ends.
   * @param options - `startedAt`: wall clock of the encoder's media time 0, milliseconds; `cause`: of the gap before it
   */
  startTake(options: { startedAt: number; cause?: GapCause }): TakeSink;
  lag(): UploadLag;
  /** Seconds of this process's media that are safe in S3. */
  durableSeconds(): number;
  /** There is not much time left: no call to S3, under way or later, takes longer than so many milliseconds. */
  hurry(ms: number): void;
  /**
   * Makes the recording whole: what waits is put, the files are completed and verified, the manifest is written.
   * Resolves to the manifest that is in S3 now (an earlier one where this process added nothing).
   * @throws UploadError when S3 does not take it before `signal` is aborted
   */
  finish(summary: RecordingSummary, signal?: AbortSignal): Promise<RecordingManifest>;
  /**
   * Lets go of everything. After `finish` it removes the segments that the recording has replaced; without it the
   * segments stay for a later attempt and the open uploads are aborted. Media that S3 did not take stays in `workDir` when
   * `finish` has failed. Never throws; takes at most 40 s. May be called again.
   */
  close(): Promise<void>;
}
