import { expect, test } from 'vitest';
import { processTree, roleOf } from './recorder-processes.ts';

test.each([
  [['/usr/lib/chromium/chromium', '--kiosk'], 'browser'],
  [['/usr/lib/chromium/chromium', '--type=gpu-process'], 'gpu'],
  [['/usr/lib/chromium/chromium', '--type=renderer', '--lang=en-US'], 'renderer'],
  [['chromium', '--type=utility', '--utility-sub-type=network.mojom.NetworkService'], 'network'],
  [['chromium', '--type=utility', '--utility-sub-type=audio.mojom.AudioService'], 'audio'],
  [['chromium', '--type=zygote'], 'utility'],
  [['/usr/bin/Xvfb', '-displayfd', '3'], 'xvfb'],
  [['/usr/local/bin/node', 'recorder/src/main.ts'], 'node'],
  [['/bin/sh', '-c', 'chromium'], 'other'],
] as const)('%j is %s', (command, role) => {
  expect(roleOf(command)).toBe(role);
});

test('this process is a tree with its own processor time', () => {
  const [root] = processTree(process.pid);

  expect(root).toMatchObject({ pid: process.pid, parent: process.ppid });
  expect(root?.cpuSeconds).toBeGreaterThan(0);
});
