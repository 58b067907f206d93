export { egressRules, shellWords, startEgressProxy } from './browser/index.ts';
export * from './capture/index.ts';
export * from './media/index.ts';
export { expandText, type JoinError, type PageView, type Platform, platformFor } from './platforms/index.ts';
export { createWorkDir, type ProcessDeps, ProcessError, sweepWorkDirs } from './process/index.ts';
export { childEnvironment } from './session/environment.ts';
export { FileObjectStore } from './session/file-object-store.ts';
export { type LocalRecording, recordLocally } from './session/local-recording.ts';
export { UsageMeter } from './session/process-usage.ts';
export {
  RecordSession,
  type SessionOptions,
  type SessionResult,
  type SessionStatus,
} from './session/record-session.ts';
export * from './upload/index.ts';
