import { isIP } from 'node:net';
import { SettingsError } from '@meetingbot/crds-schema';
import { refusalOf } from './addresses.ts';

/** A host of a URL that is an address by itself, without IPv6's brackets; undefined for a name. */
export function literalAddress({ hostname }: URL): string | undefined {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(bare) === 0 ? undefined : bare;
}

/**
 * Where webhooks go, as far as it can be judged without asking DNS.
 * @param isPrivateHttpAllowed - plain http may be used to private addresses
 * @throws SettingsError that says what was expected
 */
export function webhookTarget(setting: string, isPrivateHttpAllowed: boolean): URL {
  const fail = (message: string) => new SettingsError(`settings: NOTIFY_WEBHOOK_URL: ${message}`);
  const url = new URL(setting);
  if (url.username !== '' || url.password !== '') throw fail('expected no user name and password in it');
  if (url.protocol === 'http:' && !isPrivateHttpAllowed) {
    throw fail('expected https; http to a private address takes NOTIFY_WEBHOOK_PRIVATE_HTTP=true');
  }
  const address = literalAddress(url);
  const refusal = address === undefined ? undefined : refusalOf(address, url.protocol);
  if (refusal !== undefined) throw fail(refusal);
  return url;
}
