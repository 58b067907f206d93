import { type ProcessDeps, type ProcessUser, runAs } from '../process/index.ts';

/**
 * true where Chromium can make its sandbox: it needs user namespaces, and refuses root. Fargate has none (its seccomp
 * profile forbids them without CAP_SYS_ADMIN, and a task may set neither): there Chromium would not start at all.
 * @param user - whom Chromium is to run as
 */
export async function canSandbox(user: ProcessUser, deps: ProcessDeps): Promise<boolean> {
  if (user.uid === 0) return false;
  const probe = runAs(user, ['unshare', '--user', '--map-current-user', '--pid', '--fork', 'true'], deps);
  return probe.then(
    () => true,
    () => false,
  );
}
