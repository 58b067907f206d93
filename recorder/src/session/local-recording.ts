import { randomUUID } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { recordingKey } from '@meetingbot/crds-schema';
import { createWorkDir, sweepWorkDirs } from '../process/index.ts';
import { FileObjectStore } from './file-object-store.ts';
import { RecordSession } from './record-session.ts';
import type { SessionOptions, SessionResult } from './session-types.ts';

export interface LocalRecordingOptions
  extends Pick<SessionOptions, 'spec' | 'browser' | 'workRoot' | 'env' | 'clock' | 'logger' | 'onChange' | 'identity'> {
  /** Where the MP4 goes; its folder exists. A file that is there is replaced when all went well. */
  readonly out: string;
}

export interface LocalRecording {
  readonly session: RecordSession;
  /** Resolves when the file is in its place; `manifest` is undefined where there is none. */
  readonly done: Promise<SessionResult>;
}

/**
 * One recorder without controller and S3: the same session, which writes to a folder beside the file. What killed
 * recorders left there is removed.
 * @throws the system's error when that folder cannot be made
 */
export async function recordLocally(options: LocalRecordingOptions): Promise<LocalRecording> {
  const { out, ...rest } = options;
  const meeting = { namespace: 'local', name: 'recording', uid: randomUUID() };
  await sweepWorkDirs(dirname(out));
  const folder = await createWorkDir(dirname(out));
  const store = new FileObjectStore(folder.path);
  const session = new RecordSession({ ...rest, store, meeting, attempt: 1, bucket: 'local' });
  const run = async (): Promise<SessionResult> => {
    try {
      const result = await session.run();
      if (result.manifest?.recording !== undefined) await rename(store.pathOf(recordingKey(meeting)), out);
      return result;
    } finally {
      await folder.remove();
    }
  };
  return { session, done: run() };
}
