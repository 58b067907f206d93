/** A process's environment, as `process.env` has it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A setting that is missing or bad. The message names it and is meant for the user. */
export class ServiceSettingError extends Error {
  override readonly name = 'ServiceSettingError';
  readonly code = 'BAD_SETTING';
}

/** @throws ServiceSettingError when it is absent or empty */
export function requiredSetting(env: Environment, name: string): string {
  const value = env[name];
  if (value === undefined || value === '') throw new ServiceSettingError(`the setting ${name} is missing`);
  return value;
}

/**
 * A TCP port, 0 for a free one.
 * @throws ServiceSettingError when it is none
 */
export function portSetting(env: Environment, name: string, fallback: number): number {
  const text = env[name] ?? String(fallback);
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) {
    throw new ServiceSettingError(`${name} must be a port between 0 and 65535, not ${JSON.stringify(text)}`);
  }
  return port;
}

/** A list of words, separated by spaces or commas. */
export const listSetting = (env: Environment, name: string): string[] =>
  (env[name] ?? '').split(/[\s,]+/).filter((word) => word !== '');
