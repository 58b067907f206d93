import { readFileSync } from 'node:fs';
import { signalGroup, signalProcess } from './signals.ts';

/**
 * A way to run a command so that all it starts can be ended with it, and ends with the endpoint.
 *
 * The kernel kills a process when its parent ends only after the process has asked for that, and a parent that ends
 * before leaves an orphan. So the command waits at a gate (a read of file descriptor 3) behind all that asking: the
 * endpoint opens it once it sees the gate reached; if it is gone by then, the read meets the end of the file instead.
 */
export interface Confinement {
  readonly name: 'pid-namespace' | 'process-group';
  /** The command line that runs `command` confined, once the gate is opened. */
  wrap(command: readonly string[]): readonly [string, ...string[]];
  /** The pid of the process that waits at the gate, given the pid of the wrapped one; undefined before it is there. */
  gatePid(pid: number): number | undefined;
  /** The pid of the command's own process, given the pid of the one that waited at the gate; undefined before it is there. */
  mainPid(gate: number): number | undefined;
  /** Ends all that the command started. */
  kill(pid: number, main: number | undefined): void;
}

// Tools are named by absolute path, since a task may have a PATH of its own.
const shell = '/bin/sh';
const diesWithParent = ['/usr/bin/setpriv', '--pdeathsig', 'KILL'] as const;
const namespace = ['/usr/bin/unshare', '--pid', '--fork', '--kill-child', '--mount-proc'] as const;
const gate = 'read -r go <&3 || exit 125; exec 3<&-';

/**
 * PID 1 of the namespace: waits for the command, reaps orphans, ends with the command's exit code. The kernel then kills
 * all that is left. unshare alone won't do: 2.38 reports an init that died by a signal as exit code 1.
 */
const init = [shell, '-c', `${gate}; "$@"; exit $?`, 'init'] as const;

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function isShell(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(`${shell}\0`);
  } catch {
    return false;
  }
}

export const pidNamespace: Confinement = {
  name: 'pid-namespace',
  wrap: (command) => [...diesWithParent, ...namespace, ...init, ...command],
  gatePid: (pid) => childrenOf(pid).find(isShell),
  mainPid: (initPid) => childrenOf(initPid)[0],
  kill(pid, main) {
    // Init ends with the command, after the kernel has ended everything else: the wrapped process sees it all go.
    if (main === undefined || !signalProcess(main, 'SIGKILL')) signalGroup(pid, 'SIGKILL');
  },
};

/**
 * Where namespaces aren't permitted. A process that leaves the group (setsid) outlives its task, and only the
 * command's own process dies with a killed endpoint.
 */
export const processGroup: Confinement = {
  name: 'process-group',
  wrap: (command) => [...diesWithParent, shell, '-c', `${gate}; exec "$@"`, 'gate', ...command],
  gatePid: (pid) => (isShell(pid) ? pid : undefined),
  mainPid: (pid) => pid,
  kill: (pid) => signalGroup(pid, 'SIGKILL'),
};
