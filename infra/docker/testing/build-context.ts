import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../../local/stack/places.ts';

/** Stands in every file that must not get into an image. */
export const MARKER = 'marked-secret-2f7d41c8';

/** Where people keep what is secret, or only theirs. */
const SECRETS = ['.env', '.env.production', 'controller/.env', 'recorder/tls.pem', 'crds-schema/private.key'];
const SECRET_FOLDERS = ['.local/stack/secret.txt', '.git/config-secret', 'infra/aws/cdk.context.json'];

/** A copy of the project as a developer's folder looks: tracked and new files, and secrets beside them. */
export async function makeBuildContext(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'build-context-'));
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { stdout } = await promisify(execFile)('git', list, { cwd: projectRoot, maxBuffer: 64 * 1024 * 1024 });
  for (const file of stdout.split('\0').filter((name) => name !== '')) {
    await cp(join(projectRoot, file), join(dir, file), { recursive: true }).catch((error: NodeJS.ErrnoException) => {
      // Deleted in the working tree and not yet in git.
      if (error.code !== 'ENOENT') throw error;
    });
  }
  for (const file of [...SECRETS, ...SECRET_FOLDERS]) {
    await mkdir(dirname(join(dir, file)), { recursive: true });
    await writeFile(join(dir, file), `TOKEN=${MARKER}\n`);
  }
  return dir;
}
