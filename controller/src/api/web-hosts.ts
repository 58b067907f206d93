import { type CompleteMeetingSpec, type FieldCause, platformOfUrl, splitList } from '@meetingbot/crds-schema';

/**
 * Whether a Meeting's url may be opened: its host is known as one of its platform's, or setting WEB_HOSTS has it.
 * The url is the one field that decides where our browser goes.
 */
export class WebHosts {
  readonly #patterns: readonly string[];

  /** @param setting - WEB_HOSTS: hosts separated by commas; `*.example.com` takes all below it, `*` takes all */
  constructor(setting: string | undefined) {
    this.#patterns = splitList(setting).map((host) => host.toLowerCase());
  }

  /** What is wrong with the url, if anything. */
  causeOf({ url, platform }: Pick<CompleteMeetingSpec, 'url' | 'platform'>): FieldCause | undefined {
    if (platformOfUrl(url) === platform) return undefined;
    const { hostname } = new URL(url);
    if (this.#patterns.some((pattern) => matches(pattern, hostname))) return undefined;
    return {
      reason: 'FieldValueForbidden',
      message: `host ${hostname} is not known for platform ${platform} and setting WEB_HOSTS does not have it`,
      field: 'spec.url',
    };
  }
}

function matches(pattern: string, host: string): boolean {
  if (pattern === '*') return true;
  return pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern;
}
