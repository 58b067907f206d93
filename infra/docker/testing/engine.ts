import { execFile, execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** What `podman image inspect` tells, as far as we ask. */
export interface ImageFacts {
  readonly Size: number;
  readonly Architecture: string;
  readonly Config: {
    readonly User: string;
    readonly Env: readonly string[];
    readonly Entrypoint: readonly string[];
    readonly Cmd: readonly string[];
    readonly Labels: Readonly<Record<string, string>>;
  };
  readonly History: readonly { readonly created_by?: string }[];
}

const SECCOMP = fileURLToPath(new URL('./fargate-seccomp.json', import.meta.url));
const run = promisify(execFile);
/** All of podman's own but SETUID and SETGID: what is dropped one by one leaves a user without any, as in Docker. */
const DROPPED = [
  ...['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'NET_BIND_SERVICE', 'SETFCAP', 'SETPCAP', 'SYS_CHROOT'],
];
/** What we may ask for: podman's own default is more than an ordinary machine gives. */
const OPEN_FILES = execFileSync('/bin/bash', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).trim();

/**
 * Images are built by buildah and run by podman and runc, none of which has a daemon. All they keep is in one folder.
 * buildah isolates by chroot, so that it works where containers can't be nested.
 */
export class ImageEngine {
  readonly #dir: string;
  readonly #driver: string;

  private constructor(dir: string, driver: string) {
    this.#dir = dir;
    this.#driver = driver;
  }

  /** @param dir - kept between runs: layers that did not change are not built again */
  static async open(dir: string): Promise<ImageEngine> {
    await mkdir(dir, { recursive: true });
    // overlay copies nothing; vfs works on every file system, and copies every layer.
    const overlay = new ImageEngine(dir, 'overlay');
    const works = await overlay.buildah('images').then(
      () => true,
      () => false,
    );
    return works ? overlay : new ImageEngine(dir, 'vfs');
  }

  /** Folders of the engine, as options of buildah and podman alike. */
  get #storage(): string[] {
    return ['--storage-driver', this.#driver, '--root', join(this.#dir, 'store'), '--runroot', join(this.#dir, 'run')];
  }

  /** The words that run podman, for those who start it themselves. */
  get podmanCommand(): string[] {
    const tmp = ['--tmpdir', join(this.#dir, 'tmp')];
    const how = ['--cgroup-manager', 'cgroupfs', '--runtime', 'runc', '--events-backend', 'none'];
    return ['/usr/bin/podman', ...this.#storage, ...tmp, ...how];
  }

  /** @returns what it wrote to standard output @throws Error with its last words when it fails */
  async buildah(...args: string[]): Promise<string> {
    return this.#run('buildah', [...this.#storage, ...args]);
  }

  async podman(...args: string[]): Promise<string> {
    const [program = '', ...before] = this.podmanCommand;
    return this.#run(program, [...before, ...args]);
  }

  /** Builds from a Dockerfile or Containerfile; the network is the machine's. */
  async build(options: {
    readonly file: string;
    readonly context: string;
    readonly tag: string;
    readonly target?: string;
    readonly args?: Readonly<Record<string, string>>;
  }): Promise<void> {
    const { file, context, tag, target, args = {} } = options;
    const values = Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
    const how = ['--isolation', 'chroot', '--layers', '--network', 'host', '--format', 'docker'];
    const what = [...(target === undefined ? [] : ['--target', target]), ...values, '--file', file, '--tag', tag];
    await this.buildah('build', ...how, ...what, context);
  }

  async inspect(image: string): Promise<ImageFacts> {
    const [facts] = JSON.parse(await this.podman('image', 'inspect', image)) as ImageFacts[];
    if (facts === undefined) throw new Error(`there is no image ${image}`);
    return facts;
  }

  async has(image: string): Promise<boolean> {
    return (await this.buildah('images', '--quiet', '--filter', `reference=${image}`)).trim() !== '';
  }

  /** Runs a command in an image as {@link asOnFargate} says and gives its output. */
  async output(image: string, ...command: string[]): Promise<string> {
    return this.outputIn('none', image, ...command);
  }

  async outputIn(inReach: InReach, image: string, ...command: string[]): Promise<string> {
    const [program = '', ...args] = command;
    return this.podman('run', '--rm', ...asOnFargate(inReach), '--entrypoint', program, image, ...args);
  }

  /** Ends containers that are left. */
  async close(): Promise<void> {
    await this.podman('rm', '--all', '--force', '--time', '0');
  }

  async #run(program: string, args: string[]): Promise<string> {
    try {
      return (await run(program, args, { maxBuffer: 256 * 1024 * 1024 })).stdout;
    } catch (error) {
      const { stderr = '', stdout = '' } = error as { stderr?: string; stdout?: string };
      const words = `${stdout}\n${stderr}`.trim().split('\n').slice(-30).join('\n');
      throw new Error(`${program} ${args.slice(-4).join(' ')}: ${words}`, { cause: error });
    }
  }
}

/** Which capabilities our task definitions leave in reach of programs that root owns (none is any process's of ours). */
export type InReach = 'none' | 'to change users';

/**
 * A container's cage as Fargate has it, as strict as our task definitions ask for: no capability, no user namespaces,
 * a small /dev/shm, one vCPU, 2 GB, nothing to write to but /tmp. The network is the machine's: the test's services
 * are on loopback.
 */
export function asOnFargate(inReach: InReach = 'none'): string[] {
  return [
    ...['--network', 'host', '--read-only', '--read-only-tmpfs=false', '--tmpfs', '/tmp:rw,exec,mode=1777,size=1g'],
    ...(inReach === 'none' ? ['--cap-drop', 'all'] : DROPPED.flatMap((name) => ['--cap-drop', name])),
    ...['--security-opt', `seccomp=${SECCOMP}`],
    ...[
      '--memory',
      '2g',
      '--cpus',
      '1',
      '--shm-size',
      '64m',
      '--ulimit',
      `nofile=${OPEN_FILES}:${OPEN_FILES}`,
      '--ulimit',
      'nproc=4096:4096',
    ],
  ];
}
