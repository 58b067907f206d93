import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProcessDeps } from './child.ts';
import { findBrowserUser } from './process-user.ts';
import { makeQuarters, type Quarters } from './quarters.ts';

/** Quarters as a session has them, for a test that starts their inhabitants itself. */
export async function testQuarters(deps: ProcessDeps): Promise<Quarters> {
  const user = await findBrowserUser(tmpdir(), deps);
  return makeQuarters({ user, root: tmpdir(), keys: await mkdtemp(join(tmpdir(), 'keys-')) }, deps);
}
