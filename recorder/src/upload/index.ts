export type { RecordingKind } from './assembly.ts';
export type { LocalLimits } from './local-media.ts';
export type { RecordingSummary } from './manifest-of.ts';
export {
  isStoreError,
  type ObjectStore,
  ObjectStoreError,
  type StoreErrorCode,
  type WriteCondition,
} from './object-store.ts';
export type { OpenRecordingOptions, RecordingWriter, UploadLag } from './recording.ts';
export { openRecording } from './recording-writer.ts';
export { createS3Store, type S3StoreOptions } from './s3-object-store.ts';
export { salvage } from './salvage.ts';
export type { TakeSink } from './take-sink.ts';
export { tryFor } from './try-for.ts';
export { UploadError } from './upload-error.ts';
