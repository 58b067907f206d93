import { spawn } from 'node:child_process';
import { systemClock } from '@meetingbot/crds-schema';
import { expect, it } from 'vitest';
import { UsageMeter } from './process-usage.ts';

it('counts what a process and its children use', async () => {
  const meter = new UsageMeter(systemClock);
  expect((await meter.read()).cpuCores).toBeUndefined();
  const script = 'const a = Buffer.alloc(100e6, 1); const end = Date.now() + 20_000; while (Date.now() < end) a[0]++;';
  const child = spawn('sh', ['-c', `"$0" -e '${script}'; true`, process.execPath], {
    detached: true,
  });
  try {
    const idle = await meter.read();
    await systemClock.sleep(1500);
    const busy = await meter.read();
    expect(busy.cpuCores).toBeGreaterThan(0.2);
    expect(busy.memoryBytes - idle.memoryBytes).toBeGreaterThan(80e6);
  } finally {
    process.kill(-(child.pid ?? 0), 'SIGKILL');
  }
});
