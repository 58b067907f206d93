import { invalidParameter } from '../errors.ts';
import type { Tag } from '../state/task.ts';
import type { Fields } from './fields.ts';

const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Reads `tags`: 50 at most, keys of 1–128 and values of up to 256 characters, each key once, none of AWS's own. */
export function readTags(input: Fields): Tag[] {
  const tags = (input.objects('tags') ?? []).map((fields) => ({
    key: fields.string('key') ?? '',
    value: fields.string('value') ?? '',
  }));
  if (tags.length > 50) throw invalidParameter(`tags can have at most 50 items; got ${tags.length}`);
  const keys = new Set<string>();
  for (const { key, value } of tags) {
    if (key.length < 1 || key.length > 128)
      throw invalidParameter(`A tag key has 1 to 128 characters; got ${key.length}`);
    if (value.length > 256)
      throw invalidParameter(`A tag value has at most 256 characters; got ${value.length} for ${key}`);
    if (!allowed.test(key) || !allowed.test(value))
      throw invalidParameter(`Tag ${key} has characters that are not allowed`);
    if (/^aws:/i.test(key)) throw invalidParameter('Some tag keys start with the reserved prefix aws:');
    if (keys.has(key))
      throw invalidParameter('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
    keys.add(key);
  }
  return tags;
}
