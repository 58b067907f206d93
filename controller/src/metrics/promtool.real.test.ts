import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { ControllerMetrics } from './controller-metrics.ts';
import { NO_SOURCES } from './no-sources.ts';

it('promtool finds nothing to say against names, types, units and help texts', async () => {
  const metrics = new ControllerMetrics({ version: '1' });
  metrics.attach(NO_SOURCES);
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
    input: await metrics.registry.metrics(),
    encoding: 'utf8',
  });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
});
