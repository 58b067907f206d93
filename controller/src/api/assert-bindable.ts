import { BlockList, isIP } from 'node:net';
import { type ControllerSettings, SettingsError } from '@meetingbot/crds-schema';
import { ApiTokens } from './api-tokens.ts';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether a host name or address can only be this machine. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  if (name === 'localhost') return true;
  const family = isIP(name);
  return family !== 0 && loopback.check(name, family === 6 ? 'ipv6' : 'ipv4');
}

/**
 * The address the API may listen on.
 * @throws SettingsError when it would be open to others without tokens
 */
export function assertBindable(
  settings: Pick<ControllerSettings, 'HOST' | 'API_TOKENS'>,
  tokens = new ApiTokens(settings.API_TOKENS),
): string {
  const isOpen = tokens.isEmpty;
  const host = settings.HOST ?? (isOpen ? '127.0.0.1' : '0.0.0.0');
  if (isOpen && !isLoopback(host)) {
    throw new SettingsError('settings: API_TOKENS: required unless HOST is a loopback address');
  }
  return host;
}
