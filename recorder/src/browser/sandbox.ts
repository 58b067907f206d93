import { type ProcessDeps, startChild } from '../process/index.ts';

/** Who we are and where, as far as Chromium's sandbox asks. */
export interface SandboxDeps extends ProcessDeps {
  /** Our user id; root's is 0. */
  readonly uid: number;
}

/**
 * true where Chromium can make its sandbox: it needs user namespaces, and refuses root. Fargate has none (its seccomp
 * profile forbids them without CAP_SYS_ADMIN, and a task may set neither): there Chromium would not start at all.
 */
export async function canSandbox(deps: SandboxDeps): Promise<boolean> {
  if (deps.uid === 0) return false;
  try {
    const args = ['--user', '--map-current-user', '--pid', '--fork', 'true'];
    const probe = await startChild({ program: 'unshare', args }, deps);
    return (await probe.exited).code === 0;
  } catch {
    return false;
  }
}
