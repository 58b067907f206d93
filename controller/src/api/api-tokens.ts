import { createHash, timingSafeEqual } from 'node:crypto';
import { NAME_PATTERN, SettingsError, splitList } from '@meetingbot/crds-schema';

export const SCOPES = ['admin', 'write', 'read', 'join'] as const;
export type Scope = (typeof SCOPES)[number];

/** What each scope opens. */
const OPENS: Readonly<Record<Scope, readonly Scope[]>> = {
  admin: ['admin', 'write', 'read', 'join'],
  write: ['write', 'read', 'join'],
  read: ['read'],
  join: ['join'],
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

const NAMESPACE = new RegExp(NAME_PATTERN);
const ID_DIGITS = 16;

/** The tokens of setting API_TOKENS; kept as digests, so that memory holds no token. */
export class ApiTokens {
  readonly #tokens: readonly { digest: Buffer; grant: Grant }[];

  /** @throws SettingsError that never repeats the setting's value */
  constructor(setting: string | undefined) {
    this.#tokens = splitList(setting).map((item) => {
      const colon = item.lastIndexOf(':');
      const [scopeName, namespace, ...more] = item.slice(colon + 1).split('@');
      const scope = SCOPES.find((known) => known === scopeName);
      const isNamespace = namespace === undefined || NAMESPACE.test(namespace);
      if (colon < 1 || scope === undefined || !isNamespace || more.length > 0) {
        throw new SettingsError(
          `settings: API_TOKENS: expected token:scope or token:scope@namespace with scope one of ${SCOPES.join(', ')}`,
        );
      }
      const digest = digestOf(item.slice(0, colon));
      const id = createHash('sha256').update(digest).digest('hex').slice(0, ID_DIGITS);
      return { digest, grant: { scope, id, ...(namespace === undefined ? {} : { namespace }) } };
    });
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

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
