import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './watch-client.fixture.ts';

/** A kubectl that is here. */
export interface KubectlBinary {
  /** As `kubectl 1.32`. */
  title: string;
  path: string;
  minor: number;
}

const TIMEOUT_MS = 30_000;

/**
 * The machine's own kubectl, and Debian's: unpacked beside it, not installed over it.
 * @returns what was found, what was not and why, and how to remove what was unpacked
 */
export function findKubectls(): { found: KubectlBinary[]; missing: string[]; dispose(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'kubernetes-client-'));
  const missing: string[] = [];
  const found: KubectlBinary[] = [];
  const add = (path: string, whose: string) => {
    const minor = minorOf(path);
    if (minor === undefined) missing.push(`${whose} kubectl`);
    else if (!found.some((other) => other.minor === minor)) found.push({ title: `kubectl 1.${minor}`, path, minor });
  };
  add('kubectl', "the machine's");
  const download = spawnSync('sh', ['-c', 'apt-get -q download kubernetes-client && dpkg-deb -x *.deb .'], {
    cwd: folder,
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
  });
  if (download.status === 0) add(join(folder, 'usr/bin/kubectl'), "Debian's");
  else missing.push(`Debian's kubectl: ${String(download.stderr).trim().split('\n').at(-1)}`);
  return { found, missing, dispose: () => rmSync(folder, { recursive: true }) };
}

function minorOf(path: string): number | undefined {
  const { stdout, status } = spawnSync(path, ['version', '--client', '-o', 'json'], { encoding: 'utf8' });
  return status === 0 ? Number.parseInt(JSON.parse(stdout).clientVersion.minor, 10) : undefined;
}

/** One kubectl against one server, with a home of its own: caches of another server hide changes. */
export class Kubectl {
  readonly #path: string;
  readonly #flags: readonly string[];
  readonly #env: Record<string, string>;
  readonly #running = new Set<ChildProcess>();

  constructor(path: string, flags: readonly string[], home: string) {
    this.#path = path;
    this.#flags = flags;
    // The editor of `kubectl edit` is a command that changes the file.
    this.#env = { PATH: process.env['PATH'] ?? '', HOME: home, KUBE_EDITOR: 'sed -i s/Scribe/Writer/' };
  }

  /** What it prints, errors too. */
  readonly run = (...args: string[]): Promise<string> =>
    new Promise((resolve) => {
      const options = { env: this.#env, timeout: TIMEOUT_MS };
      execFile(this.#path, [...this.#flags, ...args], options, (_error, out, err) => resolve(`${out}${err}`.trim()));
    });

  /** Starts one that goes on; `lines` grow as it prints. */
  start(...args: string[]): Following {
    const child = spawn(this.#path, [...this.#flags, ...args], { env: this.#env });
    this.#running.add(child);
    const following = new Following(child);
    child.once('exit', () => this.#running.delete(child));
    return following;
  }

  /** Ends what still runs. */
  async close(): Promise<void> {
    for (const child of this.#running) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }
}

/** A kubectl that goes on printing. */
export class Following {
  readonly #child: ChildProcess;
  #text = '';

  constructor(child: ChildProcess) {
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (this.#text += String(data)));
  }

  get lines(): string[] {
    return this.#text.trim().split('\n');
  }

  async until(text: string | RegExp): Promise<void> {
    const isThere = () => (typeof text === 'string' ? this.#text.includes(text) : text.test(this.#text));
    await eventually(isThere, () => `${text} in: ${this.#text}`);
  }

  async ended(): Promise<string> {
    await eventually(
      () => this.#child.exitCode !== null,
      () => `the end of kubectl: ${this.#text}`,
    );
    return this.#text.trim();
  }
}
