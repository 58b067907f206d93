import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, type Logger, parseTakeKey, recordingKey } from '@meetingbot/crds-schema';
import { createWorkDir, sweepWorkDirs } from '../process/index.ts';
import { type RecordingKind, salvage } from '../upload/index.ts';
import { FileObjectStore } from './file-object-store.ts';

const PREFIX = 'unfinished-recording-';
const RESCUED_PREFIX = 'rescued-recording-';
/** One that cannot be finished in this time stays as it is. */
const RESCUE_MS = 10 * 60_000;

/** What became of a recording that a killed process left. */
export type Rescued = { readonly folder: string } & ({ readonly file: string } | { readonly problem: string });

export interface RescueOptions {
  readonly kind: RecordingKind;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told of each folder before it is read: that takes a while. */
  readonly onFound?: (folder: string) => void;
}

/**
 * Makes a folder for one recording. No sweep of work directories takes it away: it holds media, until that is in a file.
 * The work directory in `owner/` tells whose it is.
 */
export async function createRecordingFolder(root: string): Promise<string> {
  const folder = await mkdtemp(join(root, PREFIX));
  await own(folder);
  return folder;
}

export async function removeRecordingFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** The Meeting whose media, segments or a finished file, is in the folder; undefined: there is none. */
export async function mediaIn(folder: string): Promise<{ namespace: string; name: string; uid: string } | undefined> {
  const store = new FileObjectStore(folder);
  for (const { key } of await store.list('meetings/')) {
    const [, namespace = '', uid = ''] = key.split('/');
    const meeting = { namespace, name: 'recording', uid };
    if (key === recordingKey(meeting) || parseTakeKey(meeting, key)?.part === 'segment') return meeting;
  }
  return undefined;
}

/**
 * Makes a file of each recording under `root` whose process is dead, and removes the folders that held no media.
 * @throws the system's error when `root` cannot be read
 */
export async function rescueRecordings(root: string, options: RescueOptions): Promise<Rescued[]> {
  const rescued: Rescued[] = [];
  for (const name of await readdir(root)) {
    if (!name.startsWith(PREFIX)) continue;
    const folder = join(root, name);
    try {
      const file = await rescue(folder, join(root, `${name.replace(PREFIX, RESCUED_PREFIX)}.mp4`), options);
      if (file !== undefined) rescued.push({ folder, file });
    } catch (error) {
      rescued.push({ folder, problem: error instanceof Error ? error.message : String(error) });
    }
  }
  return rescued;
}

/** Resolves to `file`; undefined: the folder belongs to somebody who lives, or held no media. */
async function rescue(folder: string, file: string, options: RescueOptions): Promise<string | undefined> {
  if (!(await takeOver(folder))) return undefined;
  const meeting = await mediaIn(folder);
  if (meeting !== undefined) {
    options.onFound?.(folder);
    await finish(folder, meeting, file, options);
  }
  await removeRecordingFolder(folder);
  return meeting && file;
}

async function finish(
  folder: string,
  meeting: { namespace: string; name: string; uid: string },
  file: string,
  { kind, clock, logger: log }: RescueOptions,
): Promise<void> {
  const store = new FileObjectStore(folder);
  const { recording } = await salvage(
    { store, bucket: 'local', meeting, attempt: 2, kind, workDir: join(folder, 'work'), clock, log },
    { reason: 'RecorderLost' },
    AbortSignal.timeout(RESCUE_MS),
  );
  if (recording === undefined) throw new Error('no segment of it can be read');
  await rename(store.pathOf(recordingKey(meeting)), file);
}

async function own(folder: string): Promise<void> {
  const owner = join(folder, 'owner');
  await mkdir(owner, { recursive: true });
  await createWorkDir(owner);
}

/** Whether the folder's owner was dead and it is ours now. */
async function takeOver(folder: string): Promise<boolean> {
  const owner = join(folder, 'owner');
  await mkdir(owner, { recursive: true });
  await sweepWorkDirs(owner);
  if ((await readdir(owner)).length > 0) return false;
  await own(folder);
  return true;
}
