import { readdir, readFile } from 'node:fs/promises';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { completeSpec } from './complete-spec.ts';
import { customResourceDefinition } from './crd.ts';
import { MeetingInput, MeetingSchema } from './meeting.ts';
import { parseMeetingUrl } from './meeting-url.ts';
import { publishedFiles } from './published.ts';
import { parseSecretPlace } from './secret-arn.ts';
import { causesOf } from './validation.ts';

const folder = new URL('../', import.meta.url);
const examples = (await readdir(new URL('examples/', folder))).filter((name) => name.endsWith('.yaml'));

/** An independent validator, so that what we publish is what we do. */
function independent() {
  const ajv = new Ajv2020.default({ strict: false });
  addFormats.default(ajv);
  ajv.addFormat('meeting-url', (text: string) => parseMeetingUrl(text) !== undefined);
  ajv.addFormat('secret-place', (text: string) => parseSecretPlace(text) !== undefined);
  return ajv;
}

describe('what is published', () => {
  it.each(Object.entries(publishedFiles()))('%s is current (npm run generate)', async (name, text) => {
    expect(await readFile(new URL(`generated/${name}`, folder), 'utf8')).toBe(text);
  });

  it.each(examples)('the example %s is a valid Meeting, by our validator and by another', async (name) => {
    const example: unknown = parse(await readFile(new URL(`examples/${name}`, folder), 'utf8'));
    expect(causesOf(MeetingInput, example)).toEqual([]);
    expect(completeSpec((example as { spec: unknown }).spec).causes).toEqual([]);
    const validate = independent().compile(MeetingSchema);
    expect(validate(example), JSON.stringify(validate.errors)).toBe(true);
  });

  it('is a structural schema: no const, no closed objects, every node with a type', () => {
    const faults: string[] = [];
    const walk = (node: Record<string, unknown>, path: string, isForm: boolean): void => {
      if ('const' in node) faults.push(`${path}: const`);
      if (node['additionalProperties'] === false) faults.push(`${path}: closed`);
      if (!isForm && node['type'] === undefined && node['anyOf'] === undefined) faults.push(`${path}: no type`);
      for (const [name, child] of Object.entries((node['properties'] ?? {}) as object)) {
        walk(child, `${path}.${name}`, false);
      }
      if (node['items'] !== undefined) walk(node['items'] as Record<string, unknown>, `${path}[]`, false);
    };
    const { spec } = customResourceDefinition() as { spec: { versions: { schema: { openAPIV3Schema: object } }[] } };
    walk(spec.versions[0]?.schema.openAPIV3Schema as Record<string, unknown>, '', false);
    expect(faults).toEqual([]);
  });
});
