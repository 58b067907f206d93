import { tmpdir } from 'node:os';

/** What our children may know of our environment; credentials and tokens are not on the list, whatever they are called. */
const PASSED = ['PATH', 'TZ', 'TMPDIR', 'LD_LIBRARY_PATH', 'FONTCONFIG_PATH', 'FONTCONFIG_FILE'] as const;

/**
 * The environment that display, sound, browser and encoder are started from.
 * @param env - ours
 * @param home - a directory that ends with the recorder
 */
export function childEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  home: string = tmpdir(),
): Record<string, string> {
  const passed = PASSED.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]));
  return { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8', HOME: home, ...Object.fromEntries(passed) };
}
