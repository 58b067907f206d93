export {
  AUDIO_BUFFER_FLAG,
  displaySize,
  hostMapping,
  type MeetingBrowser,
  shellWords,
  startEgressProxy,
} from './browser/index.ts';
export * from './capture/index.ts';
export * from './media/index.ts';
export { BUILT_IN, expandText, type JoinError, type PageView, type Platform, platformFor } from './platforms/index.ts';
export { makeQuarters, ourselves, type ProcessDeps, ProcessError } from './process/index.ts';
export { childEnvironment } from './session/environment.ts';
export { FileObjectStore } from './session/file-object-store.ts';
export { type LocalRecording, recordLocally } from './session/local-recording.ts';
export { UsageMeter } from './session/process-usage.ts';
export { RecordSession } from './session/record-session.ts';
export type * from './session/session-types.ts';
export { Stage, type StageOptions, type StagePort } from './session/stage.ts';
export * from './upload/index.ts';
