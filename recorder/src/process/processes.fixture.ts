import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A process as /proc tells it. */
export interface ProcessFacts {
  pid: number;
  parent: number;
  /** Words of the command line; empty for kernel threads and zombies. */
  command: string[];
  environment: string;
  workingDirectory: string;
}

/** All processes of this machine that can be looked at. */
export function allProcesses(): ProcessFacts[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const read = (file: string) => readFileSync(`/proc/${name}/${file}`, 'utf8');
      const stat = read('stat');
      const [, parent = '0'] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return [
        {
          pid: Number(name),
          parent: Number(parent),
          command: read('cmdline')
            .split('\0')
            .filter((word) => word !== ''),
          environment: read('environ'),
          workingDirectory: readlinkSync(`/proc/${name}/cwd`),
        },
      ];
    } catch {
      // It ended while we looked.
      return [];
    }
  });
}

/** Processes that belong to a data directory: it is in their command line, environment or working directory. */
export function processesOf(dataDir: string): ProcessFacts[] {
  return allProcesses().filter(
    ({ command, environment, workingDirectory }) =>
      command.length > 0 &&
      (command.some((word) => word.includes(dataDir)) ||
        environment.includes(dataDir) ||
        workingDirectory.startsWith(dataDir)),
  );
}

/** Children of a process, theirs included. */
export function descendantsOf(pid: number): ProcessFacts[] {
  const all = allProcesses();
  const below = (parent: number): ProcessFacts[] =>
    all.filter((each) => each.parent === parent).flatMap((child) => [child, ...below(child.pid)]);
  return below(pid);
}
