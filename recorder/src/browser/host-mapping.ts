/** A host as a URL has it, without brackets, and a port. */
export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** Where a connection really goes; undefined: nowhere, the name is said not to exist. */
export type HostMapping = (asked: HostAndPort) => HostAndPort | undefined;

const FLAG = '--host-resolver-rules=';
const NOWHERE = ['~notfound', '^notfound'];

interface MapRule {
  readonly pattern: RegExp;
  readonly to: { readonly host: string; readonly port?: number } | undefined;
}

/**
 * The operator's `--host-resolver-rules` (`MAP *.example.com 127.0.0.1:8443, EXCLUDE www.example.com`). Chromium leaves
 * names to its proxy, and with them these rules: so the proxy keeps them, with Chromium's meaning
 * (net/base/host_mapping_rules.cc: the first rule that fits host or host:port holds, EXCLUDE goes before all, `~NOTFOUND`
 * is no host; what is no rule is passed over).
 * @param flags - the operator's, split into words; the last one of the name wins, as in Chromium
 */
export function hostMapping(flags: readonly string[]): HostMapping {
  const text = flags.findLast((flag) => flag.startsWith(FLAG))?.slice(FLAG.length) ?? '';
  const rules = text.split(',').map((rule) => rule.trim().split(/\s+/));
  const excluded = rules.flatMap(([word, pattern, ...rest]) =>
    word?.toLowerCase() === 'exclude' && pattern !== undefined && rest.length === 0 ? [wildcard(pattern)] : [],
  );
  const mapped = rules.flatMap(mapRule);
  return (asked) => {
    const host = asked.host.toLowerCase();
    const rule = mapped.find(({ pattern }) => pattern.test(host) || pattern.test(`${host}:${asked.port}`));
    if (rule === undefined || excluded.some((pattern) => pattern.test(host))) return asked;
    return rule.to === undefined ? undefined : { host: rule.to.host, port: rule.to.port ?? asked.port };
  };
}

function mapRule([word, pattern, replacement, ...rest]: readonly string[]): MapRule[] {
  if (word?.toLowerCase() !== 'map' || pattern === undefined || replacement === undefined || rest.length > 0) return [];
  if (NOWHERE.includes(replacement.toLowerCase())) return [{ pattern: wildcard(pattern), to: undefined }];
  const url = URL.parse(`http://${replacement}`);
  if (url === null) return [];
  // The URL of a port that is its scheme's own does not tell it.
  const port = /:(\d+)$/.exec(replacement)?.[1];
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return [{ pattern: wildcard(pattern), to: { host, ...(port === undefined ? {} : { port: Number(port) }) } }];
}

function wildcard(pattern: string): RegExp {
  const text = pattern.toLowerCase().replaceAll(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${text.replaceAll('*', '.*').replaceAll('?', '.?')}$`);
}
