import { createHash } from 'node:crypto';
import { invalidParameter } from '../errors.ts';
import type { Fields } from '../protocol/fields.ts';

const fingerprint = (filters: string) => createHash('sha256').update(filters).digest('hex').slice(0, 16);

/** A token that leads to what comes behind `position` of the listing with the same filters. */
export const writePageToken = (position: number, filters: string): string =>
  Buffer.from(`${position} ${fingerprint(filters)}`).toString('base64url');

/** Reads `maxResults` (1 to 100, default 100) and `nextToken`, which is only good for the filters it was made with. */
export function readPage(input: Fields, filters: string): { limit: number; after: number } {
  const limit = input.integer('maxResults') ?? 100;
  if (limit < 1 || limit > 100) throw invalidParameter(`maxResults must be between 1 and 100; got ${limit}`);
  const token = input.string('nextToken');
  if (token === undefined) return { limit, after: 0 };
  const match = /^(\d{1,15}) ([0-9a-f]{16})$/.exec(Buffer.from(token, 'base64url').toString());
  if (match === null || match[2] !== fingerprint(filters)) throw invalidParameter('Invalid token');
  return { limit, after: Number(match[1]) };
}
