import { execFile } from 'node:child_process';
import { copyFile, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { ImageEngine } from './engine.ts';

/** Stand-ins for debian:bookworm-slim and node:24-bookworm-slim, made from Debian's packages and npm's alone. */
export const BASE_IMAGE = 'localhost/meetingbot-debian:bookworm-slim';
export const NODE_IMAGE = 'localhost/meetingbot-node:24-bookworm-slim';

const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';
// What the slim image leaves out: https://github.com/debuerreotype/debuerreotype (.slimify-excludes).
const SLIM = ['doc', 'groff', 'info', 'linda', 'lintian', 'locale', 'man'].map((what) => `/usr/share/${what}/*`);

const run = promisify(execFile);

/** Makes both, where they are not there yet. */
export async function makeBaseImages(engine: ImageEngine): Promise<void> {
  if (await engine.has(NODE_IMAGE)) return;
  const dir = await mkdtemp(join(tmpdir(), 'base-images-'));
  try {
    const tar = join(dir, 'debian.tar');
    const exclude = SLIM.map((path) => `--dpkgopt=path-exclude=${path}`);
    await run('mmdebstrap', ['--variant=minbase', ...exclude, 'bookworm', tar], { maxBuffer: 64 * 1024 * 1024 });
    await engine.podman('import', '--change', 'CMD ["bash"]', tar, BASE_IMAGE);
    await makeNodeImage(engine, join(dir, 'node'));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** The machine's certificates go in: npm may reach its registry through a proxy of the machine's own. */
async function makeNodeImage(engine: ImageEngine, dir: string): Promise<void> {
  await mkdir(dir);
  const resolve = createRequire(import.meta.url);
  await copyFile(join(dirname(resolve.resolve('node/package.json')), 'bin', 'node'), join(dir, 'node'));
  const { stdout } = await run('/bin/sh', ['-c', 'realpath "$(command -v npm)"']);
  const npm = dirname(dirname(stdout.trim()));
  await cp(npm, join(dir, 'npm'), { recursive: true, dereference: true });
  await copyFile(CERTIFICATES, join(dir, 'ca-certificates.crt'));
  const file = join(dir, 'Containerfile');
  await writeFile(
    file,
    [
      `FROM ${BASE_IMAGE}`,
      'COPY node /usr/local/bin/node',
      'COPY npm /usr/local/lib/node_modules/npm',
      `COPY ca-certificates.crt ${CERTIFICATES}`,
      'RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm',
      `ENV NODE_EXTRA_CA_CERTS=${CERTIFICATES} npm_config_cafile=${CERTIFICATES}`,
      '',
    ].join('\n'),
  );
  await engine.build({ file, context: dir, tag: NODE_IMAGE });
}
