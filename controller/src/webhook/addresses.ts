import { facesOf, isMetadata, rangeOf } from '@meetingbot/crds-schema';

/** Ranges of this machine and of networks that are somebody's own. */
const PRIVATE = new Set(['loopback', 'private', 'uniqueLocal', 'carrierGradeNat']);

/**
 * Why a webhook does not go to an address; undefined: it may. Link-local addresses (the credentials of tasks and
 * instances) are never taken, whatever the protocol; plain http is for private addresses only.
 * @param protocol - as in a URL, `http:` or `https:`
 */
export function refusalOf(address: string, protocol: string): string | undefined {
  const range = rangeOf(address);
  if (range === undefined) return `${address} is no address`;
  if (range !== 'unicast' && !PRIVATE.has(range)) return `${address} is a ${range} address`;
  if (facesOf(address).some(isMetadata)) return `${address} is the metadata service's`;
  if (PRIVATE.has(range)) return undefined;
  return protocol === 'http:' ? `${address} is a public address, which takes https` : undefined;
}
