import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MeetingIdentity } from '@meetingbot/crds-schema';
import type { PendingObject } from './durable-queue.ts';

/** Name of the list in a directory of media that S3 did not take. */
const KEPT_MANIFEST = 'manifest.json';

/** What lies in such a directory, and where it belongs: each file put under its key, salvage makes the recording of it. */
export interface KeptManifest extends MeetingIdentity {
  readonly version: 1;
  readonly name: string;
  readonly attempt: number;
  readonly bucket: string;
  /** What S3 answered. */
  readonly message: string;
  /** In order. */
  readonly objects: readonly { readonly file: string; readonly key: string; readonly contentType: string }[];
  /** Keys of what is lost: the disk had no room for it. */
  readonly lost: readonly string[];
}

/**
 * Writes the list.
 * @returns how many objects are lost
 * @throws the system's error when the disk does not take it
 */
export function writeKeptManifest(
  directory: string,
  facts: Omit<KeptManifest, 'version' | 'objects' | 'lost'>,
  pending: readonly PendingObject[],
): number {
  const objects: KeptManifest['objects'][number][] = [];
  const lost: string[] = [];
  for (const { copy, contentType, ...object } of pending) {
    const { name } = copy;
    const key = object.key();
    if (name !== undefined && existsSync(join(directory, name))) objects.push({ file: name, key, contentType });
    else lost.push(key);
  }
  const manifest: KeptManifest = { version: 1, ...facts, objects, lost };
  writeFileSync(join(directory, KEPT_MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
  return lost.length;
}
