import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Sockets of X servers, such as /tmp/.X11-unix/X99, that processes with `marker` in their command line listen on. */
export function displaysOf(marker: string): string[] {
  const paths = new Map<string, string>(
    readFileSync('/proc/net/unix', 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => /^\/tmp\/\.X11-unix\/X\d+$/.test(fields[7] ?? ''))
      .map((fields) => [`socket:[${fields[6]}]`, fields[7] ?? ''] as const),
  );
  const found = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(marker)) return [];
        return readdirSync(`/proc/${pid}/fd`).map((fd) => paths.get(readlinkSync(`/proc/${pid}/fd/${fd}`)));
      } catch {
        return [];
      }
    });
  return [...new Set(found.filter((path) => path !== undefined))];
}
