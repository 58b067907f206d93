import {
  attemptPrefix,
  attemptsPrefix,
  type Clock,
  checkManifest,
  type FoundTakeObject,
  holdsSegment,
  type ManifestTake,
  type MeetingIdentity,
  manifestKey,
  meetingPrefix,
  parseTakeKey,
  type RecordingManifest,
  type TakeObject,
  takeKey,
} from '@meetingbot/crds-schema';
import type { LoadedTake } from './assembler.ts';
import { isStoreError, type ObjectStore } from './object-store.ts';
import type { Persistence } from './persistence.ts';
import { readTakeOrigin, writeTakeOrigin } from './take-origin.ts';
import { UploadError } from './upload-error.ts';

/** A take that earlier recorders of the Meeting, or an earlier process of this attempt, left in S3. */
export interface FoundTake {
  readonly attempt: number;
  readonly take: number;
  /** In order. A number may be missing. */
  readonly segments: readonly { readonly sequence: number; readonly key: string }[];
  /** All its objects. */
  readonly keys: readonly string[];
}

/** All takes under the Meeting, or of one of its attempts, in the order they were captured. */
export async function findTakes(
  store: ObjectStore,
  meeting: MeetingIdentity,
  { signal, attempt }: { readonly signal: AbortSignal; readonly attempt?: number },
): Promise<FoundTake[]> {
  type Growing = { attempt: number; take: number; keys: string[]; segments: { sequence: number; key: string }[] };
  const takes = new Map<string, Growing>();
  const prefix = attempt === undefined ? attemptsPrefix(meeting) : attemptPrefix(meeting, attempt);
  for (const { key } of await store.list(prefix, { signal })) {
    const found = parseTakeKey(meeting, key);
    if (!found) continue;
    const id = `${found.attempt}/${found.take}`;
    const known = takes.get(id) ?? { attempt: found.attempt, take: found.take, keys: [], segments: [] };
    takes.set(id, known);
    known.keys.push(key);
    if (found.part === 'segment') known.segments.push({ sequence: found.sequence, key });
  }
  return [...takes.values()]
    .sort((a, b) => a.attempt - b.attempt || a.take - b.take)
    .map((take) => ({ ...take, segments: take.segments.sort((a, b) => a.sequence - b.sequence) }));
}

/**
 * The Meeting's manifest; undefined: there is none.
 * @throws UploadError `Unreadable` where there is something else under its key: what it speaks of must not be replaced
 */
export async function readManifest(
  store: ObjectStore,
  meeting: MeetingIdentity,
  signal: AbortSignal,
): Promise<RecordingManifest | undefined> {
  let text: string;
  try {
    text = (await store.get(manifestKey(meeting), { signal })).toString();
  } catch (error) {
    if (isStoreError(error, 'NotFound')) return undefined;
    throw error;
  }
  const key = manifestKey(meeting);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new UploadError('Unreadable', `${key} is no JSON: what there is in S3 is left as it is`, { cause });
  }
  const checked = checkManifest(value);
  if ('manifest' in checked) return checked.manifest;
  const why = `${checked.cause.field} ${checked.cause.message}`;
  throw new UploadError('Unreadable', `${key} is no manifest (${why}): what there is in S3 is left as it is`);
}

/** Aborts every multipart upload under the Meeting: whoever began them is gone, and their media is in the segments. */
export async function abortOrphans(store: ObjectStore, meeting: MeetingIdentity, signal: AbortSignal): Promise<number> {
  const orphans = await store.listMultipart(meetingPrefix(meeting), { signal });
  for (const orphan of orphans) await store.abortMultipart(orphan, { signal });
  return orphans.length;
}

/**
 * Which of `keys` a recording that `attempt` made, or found, has replaced: segments that are in it, and what their takes begin
 * with, or takes without media, unless more of it may come. That is so where there is media of the take that is not in the
 * recording, in `keys` or in `others`, and for later attempts. A take that could not be used stays for people to look at.
 */
export function supersededKeys(
  meeting: MeetingIdentity,
  {
    keys,
    others,
    attempt,
  }: { readonly keys: readonly string[]; readonly others: readonly string[]; readonly attempt: number },
  manifest: RecordingManifest,
): string[] {
  const parsed = (key: string) => {
    const object = parseTakeKey(meeting, key);
    return object ? [{ key, object, take: `${object.attempt}/${object.take}` }] : [];
  };
  const isHeld = ({ object }: { object: FoundTakeObject }) =>
    object.part === 'segment' && holdsSegment(manifest, object);
  const found = keys.flatMap(parsed);
  const unfinished = new Set(
    [...found, ...others.flatMap(parsed)]
      .filter((each) => (each.object.part === 'segment' ? !isHeld(each) : each.object.attempt > attempt))
      .map(({ take }) => take),
  );
  return found
    .filter((each) => isHeld(each) || (each.object.part !== 'segment' && !unfinished.has(each.take)))
    .map(({ key }) => key);
}

/**
 * What of a manifest's recording is taken from its file; the rest is made of segments. The file is another one where a
 * recorder replaced it and was lost before its manifest: what both have in common are takes whose segments were removed,
 * since that is done when a manifest speaks of the file.
 * @param etag - of the file as it is
 */
export function takenFromFile(
  manifest: RecordingManifest,
  etag: string | undefined,
  found: readonly FoundTake[],
): RecordingManifest {
  if (manifest.recording === undefined || manifest.recording.etag === etag) return manifest;
  const isThere = ({ attempt, take, segments }: ManifestTake) => {
    const there = found.find((each) => each.attempt === attempt && each.take === take)?.segments ?? [];
    return (
      segments !== undefined &&
      there.filter(({ sequence }) => sequence >= segments.first && sequence < segments.next).length ===
        segments.next - segments.first
    );
  };
  const last = manifest.takes.findLastIndex((take) => !isThere(take));
  return { ...manifest, takes: manifest.takes.slice(0, last + 1) };
}

/** Reads what a take begins with. Throws `NotFound` where there is no initialisation. */
export async function loadTake(options: {
  store: ObjectStore;
  persistence: Persistence;
  meeting: MeetingIdentity;
  found: FoundTake;
  clock: Clock;
}): Promise<LoadedTake> {
  const { store, persistence, meeting, found, clock } = options;
  const read = (object: TakeObject) => {
    const key = takeKey(meeting, found.attempt, found.take, object);
    return persistence.until(`read ${key}`, (signal) => store.get(key, { signal }));
  };
  const init = await read({ part: 'init' });
  const origin = await read({ part: 'origin' }).catch((error: unknown) => {
    if (isStoreError(error, 'NotFound')) return Buffer.alloc(0);
    throw error;
  });
  // Without a readable origin the media is kept all the same; only the time of the gap before it is unknown.
  return { init, ...(readTakeOrigin(origin) ?? { startedAt: clock.now(), cause: 'MediaLost' as const }) };
}

/** Puts what a take begins with where it is gone. */
export async function putTakeBeginning(options: {
  store: ObjectStore;
  meeting: MeetingIdentity;
  attempt: number;
  take: number;
  loaded: LoadedTake;
  signal: AbortSignal;
}): Promise<void> {
  const { store, meeting, attempt, take, loaded, signal } = options;
  const put = async (object: TakeObject, body: Buffer, contentType: string) => {
    try {
      await store.put(takeKey(meeting, attempt, take, object), body, { contentType, ifNoneMatch: true, signal });
    } catch (error) {
      if (!isStoreError(error, 'AlreadyExists')) throw error;
    }
  };
  await put({ part: 'origin' }, writeTakeOrigin(loaded), 'application/json');
  await put({ part: 'init' }, loaded.init, 'video/mp4');
}
