import { descendantsOf } from '@meetingbot/recorder/testing';
import { describe, expect, it } from 'vitest';
import { RunningProgram } from './testing/program.ts';

/**
 * Lines that also judge the machine: with two talking participants beside the recorder, two slow cores lose frames and
 * let sound wait, whatever we do. The demo fails by them as it must; here they are only to be measured. What the
 * recorder itself is answerable for is held in `recorder/src/capture/capture.real.test.ts`, on a page that costs little.
 */
const PACE = /^(?: {2}ok |FAIL ) (?:frames lost or doubled|A\/V offset within)/;

describe('npm run demo', () => {
  it('records a real meeting from the API call to the webhook, and its receipt holds', async () => {
    const { PATH, HOME } = process.env;
    const demo = new RunningProgram('../demo.ts', [], { PATH, HOME });
    try {
      const code = await demo.exited;
      const receipt = demo.output.split('\n').filter((line) => /^(?: {2}ok |FAIL ) /.test(line));
      const pace = receipt.filter((line) => PACE.test(line));
      const failed = receipt.filter((line) => line.startsWith('FAIL') && !PACE.test(line));
      expect(failed, demo.output).toEqual([]);
      expect(receipt.length, demo.output).toBeGreaterThanOrEqual(14);
      expect(pace, demo.output).toHaveLength(2);
      expect(code, demo.output).toBe(pace.some((line) => line.startsWith('FAIL')) ? 1 : 0);
    } finally {
      demo.child.kill('SIGTERM');
      await demo.exited;
    }
    expect(descendantsOf(process.pid).filter(({ command }) => command.some((word) => word.includes('demo')))).toEqual(
      [],
    );
  });
});
