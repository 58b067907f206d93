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
  const user = await findBrowserUser(workRoot, process);
  await sweepWorkDirs(workRoot, (path) => clearQuarters(path, user, process));
}
