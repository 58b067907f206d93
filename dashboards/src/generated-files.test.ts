import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { generatedFiles } from './generated-files.ts';

const folder = fileURLToPath(new URL('../generated/', import.meta.url));

describe('what is generated', () => {
  it.each(Object.entries(generatedFiles()))('%s is current (npm run generate)', (path, text) => {
    expect(readFileSync(folder + path, 'utf8')).toBe(text);
  });

  it('is all there is', () => {
    const found = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => `${entry.parentPath}/${entry.name}`.replace(/\/+/g, '/').slice(folder.length));
    expect(found.sort()).toEqual(Object.keys(generatedFiles()).sort());
  });
});
