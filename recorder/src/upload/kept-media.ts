import { writeFileSync } from 'node:fs';
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
}

/**
 * Writes the list. Objects that are in no file are left out.
 * @throws the system's error when the disk does not take it
 */
export function writeKeptManifest(
  directory: string,
  facts: Omit<KeptManifest, 'version' | 'objects'>,
  pending: readonly PendingObject[],
): void {
  const objects = pending.flatMap(({ copy, contentType, ...object }) =>
    copy.name === undefined ? [] : [{ file: copy.name, key: object.key(), contentType }],
  );
  const manifest: KeptManifest = { version: 1, ...facts, objects };
  writeFileSync(join(directory, KEPT_MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
}
