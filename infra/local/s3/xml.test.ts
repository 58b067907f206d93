import { describe, expect, it } from 'vitest';
import { childText, parseXml, xmlDocument } from './xml.ts';

describe('xml', () => {
  it('reads back what it wrote, whatever characters are in it', () => {
    const text = `<a & "b"> 'c' \u0001 ü 😀\n`;

    const root = parseXml(xmlDocument('Root', { Name: text, Part: [{ N: 1 }, { N: 2 }], None: undefined }), 'Root');

    expect(childText(root, 'Name')).toBe(text);
    expect(root.children.map(({ name }) => name)).toEqual(['Name', 'Part', 'Part']);
  });

  it('takes prologue, comments, namespaces and empty elements', () => {
    const root = parseXml('<?xml version="1.0"?><!-- x --><s3:Delete xmlns:s3="u"><Quiet/></s3:Delete>\n', 'Delete');

    expect(childText(root, 'Quiet')).toBe('');
  });

  it.each([
    ['nothing', ''],
    ['another root', '<Other/>'],
    ['two roots', '<Delete/><Delete/>'],
    ['an open element', '<Delete><Object></Delete>'],
    ['an open root', '<Delete>'],
    ['no XML', '{"Delete": []}'],
    ['a tag cut off', '<Delete></Delete><'],
    ['depth without end', '<Delete>'.repeat(100)],
  ])('refuses %s', (_what, text) => {
    expect(() => parseXml(text, 'Delete')).toThrow(/not well-formed/);
  });
});
