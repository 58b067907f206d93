import { Resolver } from 'node:dns/promises';
import type { HostResolver } from './url-rules.ts';

const TRY_MS = 700;
const TRIES = 2;

/**
 * Asks DNS by c-ares, not by the machine's getaddrinfo: that has four threads, which file access and the AWS SDK
 * need too, and whoever names slow hosts could hold them all.
 * @param servers - `address:port`, @default the machine's
 */
export function dnsResolver(servers?: readonly string[]): HostResolver {
  const resolver = new Resolver({ timeout: TRY_MS, tries: TRIES });
  if (servers !== undefined) resolver.setServers(servers);
  return {
    async resolve(hostname) {
      const families = [resolver.resolve4(hostname), resolver.resolve6(hostname)];
      const answers = await Promise.allSettled(families);
      const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
      if (addresses.length > 0) return addresses;
      throw answers.find((answer) => answer.status === 'rejected')?.reason ?? new Error('it has no address');
    },
  };
}
