export type { RecordingKind } from './assembly.ts';
export type { LocalLimits } from './local-media.ts';
export type { RecordingSummary } from './manifest-of.ts';
export { type ObjectStore, ObjectStoreError, type StoreErrorCode } from './object-store.ts';
export { type OpenRecordingOptions, openRecording, type RecordingWriter, type UploadLag } from './recording-writer.ts';
export { createS3Store, type S3StoreOptions } from './s3-object-store.ts';
export { salvage } from './salvage.ts';
export type { TakeSink } from './take-sink.ts';
export { UploadError } from './upload-error.ts';
