import { clientError } from '../errors.ts';
import type { Fields } from './fields.ts';

/** Reads `environment`: the last value of a name counts, as for Docker. */
export function readEnvironment(container: Fields): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const pair of container.objects('environment') ?? []) {
    const name = pair.string('name') ?? '';
    if (name === '' || /[=\0]/.test(name)) throw clientError(`Invalid name of an environment variable: "${name}"`);
    const value = pair.string('value') ?? '';
    if (value.includes('\0')) throw clientError(`Invalid value of the environment variable ${name}`);
    environment[name] = value;
  }
  return environment;
}
