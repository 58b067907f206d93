import type { LookupAddress, LookupOptions } from 'node:dns';
import { lookup as systemLookup } from 'node:dns';
import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { refusalOf } from './addresses.ts';

/** The proxies of the environment, as everybody names them. */
export interface ProxySettings {
  httpsProxy?: string | undefined;
  /** Hosts that are reached without it, separated by commas. */
  noProxy?: string | undefined;
}

export type Lookup = (
  hostname: string,
  options: LookupOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** A name leads to an address that webhooks don't go to. */
export class RefusedAddress extends Error {
  override readonly name = 'RefusedAddress';
  readonly code = 'REFUSED_ADDRESS';
}

/** Each connection is one of its own: in tries that are minutes apart a kept one is a dead one. */
const OPTIONS = { pipelining: 0, connections: 64 } as const;

/**
 * Connects to what was checked and to nothing else: the name is resolved once for each connection, every address it
 * leads to is judged, and the socket goes to one of them. Https goes through the environment's proxy where there is
 * one, which resolves names itself; http, which is for private addresses, never does.
 */
export function webhookDispatcher(
  protocol: string,
  { httpsProxy, noProxy }: ProxySettings,
  lookup: Lookup = (hostname, options, callback) => systemLookup(hostname, { ...options, all: true }, callback),
): Dispatcher {
  const connect = { lookup: checkedLookup(protocol, lookup) };
  if (protocol === 'http:') return new Agent({ ...OPTIONS, connect });
  // An empty proxy is none: without it undici would look into the environment itself.
  return new EnvHttpProxyAgent({
    ...OPTIONS,
    connect,
    httpProxy: '',
    httpsProxy: httpsProxy ?? '',
    noProxy: noProxy ?? '',
  });
}

function checkedLookup(protocol: string, lookup: Lookup) {
  return (
    hostname: string,
    options: LookupOptions,
    callback: (error: Error | null, address: string | LookupAddress[], family?: number) => void,
  ) => {
    lookup(hostname, options, (error, addresses) => {
      if (error !== null) return callback(error, []);
      for (const { address } of addresses) {
        const refusal = refusalOf(address, protocol);
        if (refusal !== undefined) return callback(new RefusedAddress(`${hostname}: ${refusal}`), []);
      }
      const [first] = addresses;
      if (options.all === true || first === undefined) return callback(null, addresses);
      return callback(null, first.address, first.family);
    });
  };
}
