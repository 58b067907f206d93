import { createHash, timingSafeEqual } from 'node:crypto';
import { NAME_PATTERN, SettingsError, splitList } from '@meetingbot/crds-schema';

/** What a token of the settings may be for; a recorder's own token is `status:write` of its one Meeting. */
export const SCOPES = ['meetings:read', 'meetings:write', 'meetings:join'] as const;
export type Scope = (typeof SCOPES)[number];

/** Short names, and the one that was for everything. */
const SHORT_NAMES: Readonly<Record<string, Scope>> = {
  read: 'meetings:read',
  write: 'meetings:write',
  join: 'meetings:join',
  admin: 'meetings:write',
};

/** What each scope opens. */
const OPENS: Readonly<Record<Scope, readonly Scope[]>> = {
  'meetings:write': ['meetings:write', 'meetings:read', 'meetings:join'],
  'meetings:read': ['meetings:read'],
  'meetings:join': ['meetings:join'],
};

export const opens = (scope: Scope, wanted: Scope): boolean => OPENS[scope].includes(wanted);

/** What a token may do. */
export interface Grant {
  scope: Scope;
  /** The only namespace it opens. */
  namespace?: string;
  /** Tells one token from another, and nothing of it. */
  id: string;
}

/** The tokens as they are now. */
export interface CurrentTokens {
  readonly current: ApiTokens;
}

const NAMESPACE = new RegExp(NAME_PATTERN);
/**
 * `token:scope[@namespace]`; a token may have colons in it, but what looks like a scope that there is not is no token
 * with a short scope after it.
 */
const ITEM = new RegExp(
  `^([^:\\s]\\S*?)(?<!:(?:meetings|status)):(${[...SCOPES, ...Object.keys(SHORT_NAMES)].join('|')})(?:@([^@:]*))?$`,
);
const ID_DIGITS = 16;

/** Tokens and what they open; kept as digests, so that memory holds no token. */
export class ApiTokens {
  #tokens: readonly { digest: Buffer; grant: Grant }[];

  /**
   * @param text - items of setting API_TOKENS, separated by commas or line ends
   * @param setting - where the text is from, for the error
   * @throws SettingsError that never repeats the text
   */
  constructor(text: string | undefined, setting = 'API_TOKENS') {
    this.#tokens = splitList(text?.replace(/[\r\n]+/g, ',')).map((item) => readItem(item, setting));
  }

  /** These tokens and others. */
  with(others: ApiTokens): ApiTokens {
    const all = new ApiTokens(undefined);
    all.#tokens = [...this.#tokens, ...others.#tokens];
    return all;
  }

  get isEmpty(): boolean {
    return this.#tokens.length === 0;
  }

  /** What a token may do. Takes the same time for every token, right or wrong. */
  grantOf(token: string): Grant | undefined {
    const digest = digestOf(token);
    let grant: Grant | undefined;
    for (const known of this.#tokens) {
      if (timingSafeEqual(known.digest, digest)) grant ??= known.grant;
    }
    return grant;
  }
}

/** The tokens of a text that must hold some: an API without any is open. @throws SettingsError */
export function readTokens(text: string, setting: string): ApiTokens {
  const tokens = new ApiTokens(text, setting);
  if (tokens.isEmpty) throw new SettingsError(`settings: ${setting}: expected at least one token`);
  return tokens;
}

function readItem(item: string, setting: string): { digest: Buffer; grant: Grant } {
  const [, token, name = '', namespace] = ITEM.exec(item) ?? [];
  const scope = SCOPES.find((known) => known === name) ?? SHORT_NAMES[name];
  if (token === undefined || scope === undefined || (namespace !== undefined && !NAMESPACE.test(namespace))) {
    const scopes = `${SCOPES.join(', ')}, or the short ${Object.keys(SHORT_NAMES).join(', ')}`;
    throw new SettingsError(
      `settings: ${setting}: expected token:scope or token:scope@namespace with scope one of ${scopes}`,
    );
  }
  const digest = digestOf(token);
  const id = createHash('sha256').update(digest).digest('hex').slice(0, ID_DIGITS);
  return { digest, grant: { scope, id, ...(namespace === undefined ? {} : { namespace }) } };
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
