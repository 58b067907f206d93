import { silentLogger } from '@meetingbot/crds-schema';
import { describe, expect, it } from 'vitest';
import { readDescriptions } from './descriptions.ts';
import { BUILT_IN } from './registry.ts';

/** Reads a document, and what was warned of. */
async function read(document: unknown) {
  const warnings: unknown[] = [];
  const logger = { ...silentLogger, warn: (facts: unknown) => void warnings.push(facts) };
  const body = Buffer.from(typeof document === 'string' ? document : JSON.stringify(document));
  return { descriptions: await readDescriptions(async () => body, logger), warnings };
}

describe("the operator's descriptions of pages", () => {
  it('take the place of the built-in ones, platform by platform', async () => {
    const zoom = { ...BUILT_IN.zoom, version: '2027-01-05' };
    const { descriptions, warnings } = await read({ platforms: [zoom] });
    expect(descriptions).toEqual({ zoom });
    expect(warnings).toEqual([]);
  });

  it.each([
    ['no JSON', '{', 'JSON'],
    ['a wrong field', { platforms: [{ ...BUILT_IN.zoom, version: 'new' }] }, 'platforms[0].version'],
    ['an unknown field', { platforms: [{ ...BUILT_IN.zoom, colour: 'red' }] }, 'platforms[0].colour'],
    ['a pattern that is none', { platforms: [{ ...BUILT_IN.zoom, home: '(' }] }, 'platforms[0].home'],
  ])('with %s leave the built-in ones, and a warning names it', async (_, document, named) => {
    const { descriptions, warnings } = await read(document);
    expect(descriptions).toEqual({});
    expect(JSON.stringify(warnings)).toContain(named);
  });

  it('that are not there leave the built-in ones', async () => {
    const gone = () => Promise.reject(new Error('NotFound'));
    expect(await readDescriptions(gone, silentLogger)).toEqual({});
  });
});
