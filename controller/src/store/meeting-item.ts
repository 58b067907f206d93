import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Meeting, MeetingKey } from '@meetingbot/crds-schema';
import { ControllerError } from '../errors.ts';
import { REMEMBER_GONE_MS } from './change-log.ts';

/**
 * The layout of the table. A Meeting is one item: the document as one JSON text, beside it only what conditions
 * and indexes need. Text reads back exactly as it was written, and costs less than a native map: measured on a
 * Meeting of 1.6 kB with the SDK's own work, 450 instead of 560 µs of CPU to put, 450 instead of 610 to get.
 *
 *     pk = ns#{namespace}   sk = meeting#{name}   doc, rv, changeShard, [dueShard, dueAt]
 *                                                 a removed one: goneAt too, dueAt = when it shall be forgotten
 *     pk = identity         sk = {name}           the last taker of a signed-in identity (dynamo-identity-locks.ts)
 *     pk = namespaces       sk = ns#{namespace}   registry, so that a list across namespaces needs no Scan
 */
export type Item = Record<string, AttributeValue>;

/** Sparse: only Meetings that want a look at a time are in it. Keys only. */
export const DUE_INDEX = 'due';
/** All Meetings by the version of their newest change, and for a while what was removed. Keys only. */
export const CHANGE_INDEX = 'change';
export const REGISTRY_PK = 'namespaces';
const NS = 'ns#';
export const MEETING_SK = 'meeting#';

/** One partition of an index takes 1000 writes/s, and a moved key costs two: four carry 2000 changes/s. */
export const SHARDS = 4;

export const namespacePk = (namespace: string): string => `${NS}${namespace}`;
export const namespaceOfPk = (pk: string): string => pk.slice(NS.length);
export const dueShard = (index: number): string => `due#${index}`;
export const changeShard = (index: number): string => `change#${index}`;
export const goneShard = (index: number): string => `gone#${index}`;

export function itemKey(key: MeetingKey): Item {
  return { pk: { S: namespacePk(key.namespace) }, sk: { S: `${MEETING_SK}${key.name}` } };
}

export function keyOfItem(item: Item): MeetingKey {
  return { namespace: namespaceOfPk(text(item, 'pk')), name: text(item, 'sk').slice(MEETING_SK.length) };
}

export function registryItem(namespace: string): Item {
  return { pk: { S: REGISTRY_PK }, sk: { S: namespacePk(namespace) } };
}

/** @param dueAt - milliseconds since the epoch; undefined keeps it out of the index */
export function toItem(meeting: Meeting, dueAt: number | undefined): Item {
  const shard = shardOf(meeting.metadata);
  return {
    ...itemKey(meeting.metadata),
    rv: { N: meeting.metadata.resourceVersion },
    doc: { S: JSON.stringify(meeting) },
    changeShard: { S: changeShard(shard) },
    ...(dueAt === undefined ? {} : { dueShard: { S: dueShard(shard) }, dueAt: { N: String(Math.floor(dueAt)) } }),
  };
}

/**
 * What is left of a removed Meeting, in its place: removal is one write, and the name's next version is greater.
 * @param goneAt - milliseconds since the epoch
 */
export function toGoneItem(meeting: Meeting, goneAt: number): Item {
  const forgetAt = Math.floor(goneAt) + REMEMBER_GONE_MS;
  return {
    ...toItem(meeting, forgetAt),
    dueShard: { S: goneShard(shardOf(meeting.metadata)) },
    goneAt: { N: String(Math.floor(goneAt)) },
  };
}

export const isGone = (item: Item): boolean => item['goneAt'] !== undefined;

export function fromItem(item: Item): Meeting {
  return JSON.parse(text(item, 'doc')) as Meeting;
}

export function text(item: Item, attribute: string): string {
  const value = item[attribute]?.S ?? item[attribute]?.N;
  if (value === undefined) throw new ControllerError('Internal', `an item of the table has no ${attribute}`);
  return value;
}

/** FNV-1a of the key: the same Meeting is always in the same shard. */
function shardOf(key: MeetingKey): number {
  let hash = 0x811c9dc5;
  for (const char of `${key.namespace}/${key.name}`) {
    hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193) >>> 0;
  }
  return hash % SHARDS;
}
