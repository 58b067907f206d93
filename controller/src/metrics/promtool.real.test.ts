import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { aReport } from '../reconcile/a-meeting-with.ts';
import type { Heartbeat } from '../reconcile/heartbeats.ts';
import { ControllerMetrics } from './controller-metrics.ts';
import { NO_SOURCES } from './no-sources.ts';
import { RedisMetrics } from './redis-metrics.ts';

it('promtool finds nothing to say against names, types, units and help texts', async () => {
  const metrics = new ControllerMetrics({ version: '1' });
  const heartbeat: Heartbeat = {
    uid: 'u',
    ...{ attempt: 1, namespace: 'default', platform: 'web', slot: 3, at: 0 },
    report: aReport({ phase: 'Recording', participants: 2, health: { framesPerSecond: 25, droppedFrames: 7 } }),
  };
  metrics.attach({ ...NO_SOURCES, heartbeats: () => [heartbeat] });
  new RedisMetrics(metrics.registry, () => true);
  metrics.http.expect({ route: '/livez', methods: ['GET'] });
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
    input: await metrics.registry.metrics(),
    encoding: 'utf8',
  });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
});
