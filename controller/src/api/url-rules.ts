import {
  type Clock,
  type CompleteMeetingSpec,
  type ControllerSettings,
  type FieldCause,
  literalOf,
  PrivateHosts,
} from '@meetingbot/crds-schema';
import { isOfPlatform, WebHosts } from './web-hosts.ts';

/** Asks DNS. */
export interface HostResolver {
  /** The addresses of a host. @throws Error when it has none, or nobody answers */
  resolve(hostname: string): Promise<string[]>;
}

export interface UrlRulesOptions {
  settings: Partial<Pick<ControllerSettings, 'WEB_HOSTS' | 'BROWSER_PRIVATE_HOSTS'>>;
  resolver: HostResolver;
  clock: Pick<Clock, 'sleep'>;
}

/** What became of a check: a cause is why the url is refused, a warning is what could not be found out. */
export interface UrlVerdict {
  cause?: FieldCause;
  warning?: string;
}

/** Milliseconds that DNS may take, whatever it is asked. */
const DNS_TIMEOUT = 2_000;

/**
 * Whether a Meeting's url may be opened. It is the one field that decides where our browser goes, so its host is the
 * platform's own, or setting WEB_HOSTS has it and it is of the public internet: by its name, and by every address
 * that DNS gives for it. Setting BROWSER_PRIVATE_HOSTS makes exceptions.
 *
 * A host that DNS does not know, or not in time, is accepted with a warning: the meeting may be weeks away, and the
 * recorder's proxy asks again and checks each address at the moment it connects, which no check here can replace.
 */
export class UrlRules {
  readonly #web: WebHosts;
  readonly #private: PrivateHosts;
  readonly #options: UrlRulesOptions;

  constructor(options: UrlRulesOptions) {
    this.#web = new WebHosts(options.settings.WEB_HOSTS);
    this.#private = new PrivateHosts(options.settings.BROWSER_PRIVATE_HOSTS);
    this.#options = options;
  }

  async check(spec: Pick<CompleteMeetingSpec, 'url' | 'platform'>): Promise<UrlVerdict> {
    if (isOfPlatform(spec)) return {};
    const { hostname } = new URL(spec.url);
    if (!this.#web.has(hostname)) {
      return refused(`is not known for platform ${spec.platform} and setting WEB_HOSTS does not have it`, hostname);
    }
    if (!this.#private.permitsHost(hostname)) {
      return refused('is not of the public internet and setting BROWSER_PRIVATE_HOSTS does not have it', hostname);
    }
    return literalOf(hostname) === undefined ? this.#checkAddresses(hostname) : {};
  }

  async #checkAddresses(hostname: string): Promise<UrlVerdict> {
    const ended = new AbortController();
    const limit = this.#options.clock.sleep(DNS_TIMEOUT, ended.signal).then(() => {
      throw new Error(`no answer within ${DNS_TIMEOUT / 1000} s`);
    });
    try {
      const addresses = await Promise.race([this.#options.resolver.resolve(hostname), limit]);
      if (addresses.every((address) => this.#private.permitsAddress(hostname, address))) return {};
      // Not which address: what the inside of our network looks like is nobody's business.
      return refused('has an address that is not of the public internet', hostname);
    } catch (error) {
      const why = (error as { code?: string }).code ?? (error as Error).message;
      return { warning: `spec.url: host ${hostname} could not be resolved (${why}); it is checked when it is opened` };
    } finally {
      limit.catch(() => {});
      ended.abort(new Error('answered'));
    }
  }
}

function refused(why: string, hostname: string): UrlVerdict {
  return { cause: { reason: 'FieldValueForbidden', message: `host ${hostname} ${why}`, field: 'spec.url' } };
}
