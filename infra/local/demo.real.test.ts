import { describe, expect, it } from 'vitest';
import { descendantsOf } from './testing/processes.ts';
import { RunningProgram } from './testing/program.ts';

describe('npm run demo', () => {
  it('records a real meeting from the API call to the webhook, and every line of its receipt holds', async () => {
    const { PATH, HOME } = process.env;
    const demo = new RunningProgram('../demo.ts', [], { PATH, HOME });
    try {
      const code = await demo.exited;
      expect(demo.output).not.toContain('FAIL');
      expect(code, demo.output).toBe(0);
    } finally {
      demo.child.kill('SIGTERM');
      await demo.exited;
    }
    expect(descendantsOf(process.pid).filter(({ command }) => command.some((word) => word.includes('demo')))).toEqual(
      [],
    );
  });
});
