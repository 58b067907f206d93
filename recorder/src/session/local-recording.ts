import { randomUUID } from 'node:crypto';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { recordingKey } from '@meetingbot/crds-schema';
import { FileObjectStore } from './file-object-store.ts';
import { RecordSession, type SessionOptions, type SessionResult } from './record-session.ts';

export interface LocalRecordingOptions
  extends Pick<SessionOptions, 'spec' | 'browser' | 'workRoot' | 'env' | 'clock' | 'logger' | 'onChange'> {
  /** Where the MP4 goes; its folder exists. A file that is there is replaced when all went well. */
  readonly out: string;
}

export interface LocalRecording {
  readonly session: RecordSession;
  /** Resolves when the file is in its place; `manifest` is undefined where there is none. */
  readonly done: Promise<SessionResult>;
}

/**
 * One recorder without controller and S3: the same session, which writes to a hidden folder beside the file.
 * @throws the system's error when that folder cannot be made
 */
export async function recordLocally(options: LocalRecordingOptions): Promise<LocalRecording> {
  const { out, ...rest } = options;
  const meeting = { namespace: 'local', name: 'recording', uid: randomUUID() };
  const folder = await mkdtemp(join(dirname(out), '.meetingbot-'));
  const store = new FileObjectStore(folder);
  const session = new RecordSession({ ...rest, store, meeting, attempt: 1, bucket: 'local' });
  const run = async (): Promise<SessionResult> => {
    try {
      const result = await session.run();
      if (result.manifest?.recording !== undefined) await rename(store.pathOf(recordingKey(meeting)), out);
      return result;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
  return { session, done: run() };
}
