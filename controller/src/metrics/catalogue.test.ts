import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { AWS_OPERATIONS } from './aws-metrics.ts';
import { catalogue, catalogueMarkdown, PLATFORM_METRICS } from './catalogue.ts';

it('metrics.md is current (npm run generate)', () => {
  expect(readFileSync(new URL('../../metrics.md', import.meta.url), 'utf8')).toBe(catalogueMarkdown());
});

it('every label is one whose values are bounded', () => {
  const closed = ['phase', 'platform', 'stage', 'reason', 'attributed_to', 'outcome', 'result', 'capacity', 'answer'];
  const code = ['service', 'operation', 'method', 'route', 'code', 'controller', 'name', 'version'];
  const bounded = ['slot', 'namespace'];
  const own = catalogue().filter(({ name }) => !PLATFORM_METRICS.test(name));
  expect(own.length).toBeGreaterThan(50);
  expect([...new Set(own.flatMap(({ labels }) => labels))].sort()).toEqual([...closed, ...code, ...bounded].sort());
});

it('every call to AWS that the sources make has its own label', async () => {
  const made = new Set<string>();
  for await (const file of glob('**/*.ts', { cwd: new URL('../', import.meta.url).pathname })) {
    if (/simulation|\.(test|fixture|contract)\.ts$/.test(file)) continue;
    const source = readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
    for (const [, operation = ''] of source.matchAll(/new (\w+)Command\(/g)) made.add(operation);
  }
  expect(Object.values(AWS_OPERATIONS).flat().sort()).toEqual([...made].sort());
});
