import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Runs one of Prometheus's tools in `generated/`. */
export function runTool(command: string, ...args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: fileURLToPath(new URL('../../generated/', import.meta.url)),
    encoding: 'utf8',
  });
  return { status, output: `${stdout}${stderr}` };
}
