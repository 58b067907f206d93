import {
  attemptsPrefix,
  type Clock,
  checkManifest,
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
import { readTakeOrigin } from './take-origin.ts';
import { UploadError } from './upload-error.ts';

/** A take that earlier recorders of the Meeting, or an earlier process of this attempt, left in S3. */
export interface FoundTake {
  readonly attempt: number;
  readonly take: number;
  /** In order. A number may be missing. */
  readonly segmentKeys: readonly string[];
  /** All its objects. */
  readonly keys: readonly string[];
}

/** All takes under the Meeting, in the order they were captured. */
export async function findTakes(
  store: ObjectStore,
  meeting: MeetingIdentity,
  signal: AbortSignal,
): Promise<FoundTake[]> {
  const takes = new Map<string, { attempt: number; take: number; keys: string[]; segments: [number, string][] }>();
  for (const { key } of await store.list(attemptsPrefix(meeting), { signal })) {
    const found = parseTakeKey(meeting, key);
    if (!found) continue;
    const id = `${found.attempt}/${found.take}`;
    const known = takes.get(id) ?? { attempt: found.attempt, take: found.take, keys: [], segments: [] };
    takes.set(id, known);
    known.keys.push(key);
    if (found.part === 'segment') known.segments.push([found.sequence, key]);
  }
  return [...takes.values()]
    .sort((a, b) => a.attempt - b.attempt || a.take - b.take)
    .map(({ attempt, take, keys, segments }) => ({
      attempt,
      take,
      keys,
      segmentKeys: segments.sort((a, b) => a[0] - b[0]).map(([, key]) => key),
    }));
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
 * Which of `keys` a recording has replaced: those of takes that are in it, and of takes without media. A take that could not
 * be used stays for people to look at.
 */
export function supersededKeys(
  meeting: MeetingIdentity,
  keys: readonly string[],
  manifest: RecordingManifest,
): string[] {
  const found = keys.flatMap((key) => {
    const object = parseTakeKey(meeting, key);
    return object ? [{ key, take: `${object.attempt}/${object.take}`, media: object.part === 'segment' }] : [];
  });
  const recorded = new Set(manifest.takes.map(({ attempt, take }) => `${attempt}/${take}`));
  const withMedia = new Set(found.filter(({ media }) => media).map(({ take }) => take));
  return found.filter(({ take }) => recorded.has(take) || !withMedia.has(take)).map(({ key }) => key);
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
