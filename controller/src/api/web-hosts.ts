import { type CompleteMeetingSpec, platformOfUrl, splitList } from '@meetingbot/crds-schema';

/** Hosts that a Meeting's url may name beside those of its platform. */
export class WebHosts {
  readonly #patterns: readonly string[];

  /** @param setting - WEB_HOSTS: hosts separated by commas; `*.example.com` takes all below it, `*` takes all */
  constructor(setting: string | undefined) {
    this.#patterns = splitList(setting).map((host) => host.toLowerCase());
  }

  has(hostname: string): boolean {
    const host = hostname.replace(/\.$/, '');
    return this.#patterns.some((pattern) => matches(pattern, host));
  }
}

/** Whether the host is the platform's own, known by name: nobody else can answer there. */
export function isOfPlatform({ url, platform }: Pick<CompleteMeetingSpec, 'url' | 'platform'>): boolean {
  return platformOfUrl(url) === platform;
}

function matches(pattern: string, host: string): boolean {
  if (pattern === '*') return true;
  return pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern;
}
