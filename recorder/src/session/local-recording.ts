import { randomUUID } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { recordingKey } from '@meetingbot/crds-schema';
import { FileObjectStore } from './file-object-store.ts';
import { RecordSession } from './record-session.ts';
import type { SessionOptions, SessionResult } from './session-types.ts';
import {
  createRecordingFolder,
  mediaIn,
  type Rescued,
  removeRecordingFolder,
  rescueRecordings,
} from './unfinished-recordings.ts';

export interface LocalRecordingOptions
  extends Pick<SessionOptions, 'spec' | 'browser' | 'workRoot' | 'env' | 'clock' | 'logger' | 'onChange' | 'identity'> {
  /** Where the MP4 goes; its folder exists. A file that is there is replaced when all went well. */
  readonly out: string;
  /** A file is about to be made of what a killed recorder left in this folder. */
  readonly onFound?: (folder: string) => void;
}

export interface LocalResult extends SessionResult {
  /** The folder that holds what was recorded, where no file could be made of it. */
  readonly kept?: string;
  /** What killed recorders had left beside the file. */
  readonly rescued?: readonly Rescued[];
}

export interface LocalRecording {
  readonly session: RecordSession;
  /** Resolves when the file is in its place; `manifest` is undefined where there is none. */
  readonly done: Promise<LocalResult>;
}

/**
 * One recorder without controller and S3: the same session, which writes to a folder beside the file. When it is over,
 * files are made of what killed recorders left there.
 * @throws the system's error when that folder cannot be made
 */
export async function recordLocally(options: LocalRecordingOptions): Promise<LocalRecording> {
  const { out, onFound, ...rest } = options;
  const { spec, clock, logger } = options;
  const meeting = { namespace: 'local', name: 'recording', uid: randomUUID() };
  const folder = await createRecordingFolder(dirname(out));
  const session = new RecordSession({
    ...{ ...rest, meeting, attempt: 1, bucket: 'local' },
    store: new FileObjectStore(folder),
  });
  const run = async (): Promise<LocalResult> => {
    const result = await putInPlace(await session.run(), folder, out);
    // Not after a failure: what is wrong with the disk is wrong with it for them too.
    if (result.kept !== undefined) return result;
    const kind = spec.recording.kind;
    const found = onFound === undefined ? {} : { onFound };
    return { ...result, rescued: await rescueRecordings(dirname(out), { kind, clock, logger, ...found }) };
  };
  return { session, done: run() };
}

/** Moves a finished recording to `out`. The folder goes, unless it holds the only copy of what was recorded. */
export async function putInPlace(result: SessionResult, folder: string, out: string): Promise<LocalResult> {
  const meeting = await mediaIn(folder);
  if (meeting !== undefined) {
    if (result.manifest?.recording === undefined) return { ...result, kept: folder };
    try {
      await rename(new FileObjectStore(folder).pathOf(recordingKey(meeting)), out);
    } catch (error) {
      const message = `the recording cannot be moved to ${out}: ${error instanceof Error ? error.message : error}`;
      return { reason: 'InternalError', message, kept: folder };
    }
  }
  await removeRecordingFolder(folder);
  return result;
}
