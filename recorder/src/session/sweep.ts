import type { Clock, Logger } from '@meetingbot/crds-schema';
import { clearQuarters, findBrowserUser, sweepWorkDirs } from '../process/index.ts';
import { childEnvironment } from './environment.ts';

/** Removes what killed recorders left in `workRoot`, their browsers' profiles included. @throws the system's error */
export async function sweepSessions(
  workRoot: string,
  deps: {
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly clock: Clock;
    readonly logger: Logger;
  },
): Promise<void> {
  const process = { ...deps, env: childEnvironment(deps.env) };
  await sweepWorkDirs(workRoot, async (path) => clearQuarters(path, await findBrowserUser(workRoot, process), process));
}
