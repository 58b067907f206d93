import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { ApiUnderTest } from '../api/api-under-test.ts';
import { AWS_OPERATIONS } from './aws-metrics.ts';
import { catalogue, catalogueMarkdown, PLATFORM_METRICS } from './catalogue.ts';
import { ControllerMetrics } from './controller-metrics.ts';

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

it('every pair exists before anything is counted, so that the first of a kind is an increase', async () => {
  const metrics = new ControllerMetrics({ version: '1' });
  new ApiUnderTest({}, { onRoute: (route) => metrics.http.expect(route) });
  const missing: string[] = [];
  for (const { name, type, labels } of catalogue()) {
    // Recorders come and go with their slots; durations of routes are too many to be there for nothing.
    const isOwn = !PLATFORM_METRICS.test(name) && !labels.includes('slot') && !/redis|http_request_duration/.test(name);
    if (!isOwn || type === 'gauge') continue;
    const { values = [] } = (await metrics.registry.getSingleMetric(name)?.get()) ?? {};
    if (values.length === 0) missing.push(name);
    expect(values.filter(({ value }) => value !== 0)).toEqual([]);
  }
  expect(missing).toEqual([]);
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
