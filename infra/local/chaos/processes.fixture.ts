import { readdirSync, readFileSync } from 'node:fs';

/** The machine's processes with `marker` in their command line or environment, in a few words; some pids left out. */
export function processesOf(marker: string, except: ReadonlySet<number>): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && !except.has(Number(name)))
    .flatMap((pid) => {
      const read = (file: string) => {
        try {
          return readFileSync(`/proc/${pid}/${file}`, 'utf8');
        } catch {
          return '';
        }
      };
      const command = read('cmdline');
      if (!command.includes(marker) && !read('environ').includes(marker)) return [];
      return [`${pid} ${command.replaceAll('\0', ' ').slice(0, 200)}`];
    });
}
